"""`make destroy`: tables and buckets are moto's, the stack is a list of them."""

import moto
import pytest

from infra.deployment import destroy
from infra.deployment.aws import Target
from infra.usage import UsageError

TABLE = "gateway-prod-orders"
RESOURCES = {"AWS::DynamoDB::Table": [TABLE, "gone"], "AWS::S3::Bucket": ["pages", "gone"]}


class HalfDeleted:
    """A stack."""

    deleted = False

    def __init__(self, *_):
        pass

    def status(self):
        return "DELETE_FAILED"

    def resources(self, kind):
        return RESOURCES[kind]

    def delete(self):
        HalfDeleted.deleted = True


@pytest.fixture
def target(monkeypatch):
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "AKIAMOTO")
    monkeypatch.setattr(destroy, "Stack", HalfDeleted)
    monkeypatch.setattr(HalfDeleted, "deleted", False)
    with moto.mock_aws():
        target = Target("prod", "gateway-prod", "us-east-1", "", {"CONFIRM": "gateway-prod"})
        for bucket in ("pages", target.artifact_bucket):
            target.client("s3").create_bucket(Bucket=bucket)
            target.client("s3").put_object(Bucket=bucket, Key="index.html", Body=b"x")
        target.client("dynamodb").create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            DeletionProtectionEnabled=True,
        )
        yield target


def test_nothing_is_touched_while_a_table_is_under_deletion_protection(target):
    with pytest.raises(UsageError, match=f"Nothing was deleted: {TABLE} under deletion protection"):
        destroy.destroy(target)

    assert target.client("s3").get_object(Bucket="pages", Key="index.html")
    assert not HalfDeleted.deleted


def test_without_protection_an_attempt_that_failed_is_finished_whatever_it_took_before(target):
    target.client("dynamodb").update_table(TableName=TABLE, DeletionProtectionEnabled=False)

    destroy.destroy(target)

    assert HalfDeleted.deleted
    assert "Contents" not in target.client("s3").list_objects_v2(Bucket="pages")
    assert [bucket["Name"] for bucket in target.client("s3").list_buckets()["Buckets"]] == ["pages"]


def test_an_account_loses_nothing_without_the_stacks_name(target):
    target.environ.clear()

    with pytest.raises(UsageError, match="CONFIRM=gateway-prod"):
        destroy.destroy(target)
