import pytest

from infra.bench import dynoxide, sandbox
from infra.local import stack


@pytest.mark.skipif(not dynoxide.is_installed(), reason="dynoxide is optional, and not installed here")
def test_it_has_the_tables_and_indexes_of_the_template():
    with sandbox.emulated() as endpoint, sandbox.tables_on_dynoxide() as environ:
        there = described(stack.client("dynamodb", environ["AWS_ENDPOINT_URL_DYNAMODB"]))
        assert there == described(stack.client("dynamodb", endpoint))


def described(client):
    tables = (client.describe_table(TableName=name)["Table"] for name in client.list_tables()["TableNames"])
    return {
        table["TableName"]: (
            table["KeySchema"],
            {index["IndexName"] for index in table.get("GlobalSecondaryIndexes", ())},
        )
        for table in tables
    }
