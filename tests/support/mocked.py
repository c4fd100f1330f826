"""Runs AWS as moto inside this process, for tests that need tables and no concurrency, which moto does not have."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from moto import mock_aws

from chalicelib import aws, queues
from infra import template
from tests.support.cold import forget_data_keys
from tests.support.emulated import STACK_NAME

KEY = "AWS::KMS::Key"


@contextmanager
def aws_in_this_process() -> Iterator[None]:
    """Provides the template's tables and keys. Forgets the clients from before at the start, and its own at the end."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.delenv("AWS_ENDPOINT_URL", raising=False)
        forget_clients()
        create_tables_and_keys()
        yield
    forget_clients()


def forget_clients() -> None:
    """Forgets the clients and the data keys, which another KMS cannot open."""
    forget_data_keys()
    aws._session.cache_clear()
    aws._create.cache_clear()
    queues.url.cache_clear()


@cache
def _properties(kind: str) -> list[dict[str, Any]]:
    return [item["Properties"] for item in template.load()["Resources"].values() if item["Type"] == kind]


def create_tables_and_keys() -> None:
    """Creates the template's tables and keys, without the properties that moto does not need.

    moto's own CloudFormation would need packages that no other part of the project needs.
    """
    dynamodb, kms = aws.client("dynamodb"), aws.client("kms")
    wanted = ("AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes")
    for table in _properties("AWS::DynamoDB::Table"):
        name = template.physical_name(table["TableName"], STACK_NAME)
        dynamodb.create_table(TableName=name, **{part: table[part] for part in wanted if part in table})
    keys = {name: item["Properties"] for name, item in template.load()["Resources"].items() if item["Type"] == KEY}
    for alias in _properties("AWS::KMS::Alias"):
        kind = keys[alias["TargetKeyId"]["Ref"]]
        how = {part: kind[part] for part in ("KeySpec", "KeyUsage") if part in kind}
        key = kms.create_key(**how)["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName=template.physical_name(alias["AliasName"], STACK_NAME), TargetKeyId=key)


def create_queues() -> None:
    for queue in _properties("AWS::SQS::Queue"):
        aws.client("sqs").create_queue(QueueName=template.physical_name(queue["QueueName"], STACK_NAME))
