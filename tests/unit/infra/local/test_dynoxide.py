import pytest

from infra.bench import sandbox
from infra.local import dynoxide, stack
from infra.usage import UsageError


def test_nobody_gets_dynoxide_who_did_not_ask_for_it():
    assert dynoxide.port_if_wanted({}) == 0


def test_who_asks_for_it_without_having_it_is_told_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setattr(dynoxide, "BINARY", tmp_path / "missing")
    with pytest.raises(UsageError, match="npm install"):
        dynoxide.port_if_wanted({"DYNAMODB": "dynoxide"})


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
