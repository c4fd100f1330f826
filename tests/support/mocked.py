"""AWS as moto plays it, inside this process: for tests that need tables and no concurrency, which moto does not have."""

from collections.abc import Iterator
from contextlib import contextmanager

import boto3
import pytest
from moto import mock_aws

from chalicelib import aws, queues, vault
from infra import template
from tests.support.emulated import STACK_NAME

TABLE = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


@contextmanager
def aws_in_this_process() -> Iterator[None]:
    """With the template's tables, queues and key. Clients made outside are forgotten, and those made inside afterwards."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.delenv("AWS_ENDPOINT_URL")
        _forget()
        _create()
        yield
    _forget()


def _create() -> None:
    """moto's own CloudFormation needs packages that nothing else does."""
    kms, dynamodb, sqs = (boto3.client(service) for service in ("kms", "dynamodb", "sqs"))
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=f"alias/{STACK_NAME}", TargetKeyId=key_id)
    for resource in template.load()["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::DynamoDB::Table":
            wanted = {name: properties[name] for name in TABLE if name in properties}
            dynamodb.create_table(TableName=template.physical_name(properties["TableName"], STACK_NAME), **wanted)
        elif resource["Type"] == "AWS::SQS::Queue":
            sqs.create_queue(QueueName=template.physical_name(properties["QueueName"], STACK_NAME))


def _forget() -> None:
    aws._create.cache_clear()
    aws._session.cache_clear()
    queues.url.cache_clear()
    vault._current = None
    vault._open_data_key.cache_clear()
