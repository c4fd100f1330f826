"""AWS as moto plays it, inside this process: for tests that need tables and no concurrency, which moto does not have."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import botocore.session
import pytest
from argon2 import PasswordHasher
from moto import mock_aws

from chalicelib import aws, queues
from chalicelib.services import merchants
from infra import template
from tests.support.cold import forget_data_keys
from tests.support.emulated import STACK_NAME


@contextmanager
def aws_in_this_process() -> Iterator[None]:
    """With the template's tables and keys."""
    with empty_aws():
        create_tables_and_keys()
        yield


@contextmanager
def empty_aws() -> Iterator[None]:
    """With nothing in it, and with clients of its own. What was remembered of another AWS is forgotten, and so is this one."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.delenv("AWS_ENDPOINT_URL", raising=False)
        patch.setattr(aws, "_create", _client)
        patch.setattr(merchants, "hasher", quick_hasher)
        _forget()
        yield
    _forget()


@cache
def _client(service: str) -> Any:
    """Kept for the whole run, since making one takes longer than most tests. It meets moto, which knows each client."""
    return botocore.session.get_session().create_client(service, config=aws._CONFIG)


def quick_hasher() -> PasswordHasher:
    """Argon2 with the least that it can cost; the application's own takes a quarter of a second a password."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def _forget() -> None:
    """Data keys, which another KMS cannot open, and the addresses of queues."""
    forget_data_keys()
    queues.url.cache_clear()


@cache
def _properties(kind: str) -> list[dict[str, Any]]:
    return [item["Properties"] for item in template.load()["Resources"].values() if item["Type"] == kind]


def create_tables_and_keys() -> None:
    """As the template has them, less what moto does not need; its own CloudFormation needs packages that nothing else does."""
    dynamodb, kms = aws.client("dynamodb"), aws.client("kms")
    wanted = ("AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes")
    for table in _properties("AWS::DynamoDB::Table"):
        name = template.physical_name(table["TableName"], STACK_NAME)
        dynamodb.create_table(TableName=name, **{part: table[part] for part in wanted if part in table})
    for alias in _properties("AWS::KMS::Alias"):
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName=template.physical_name(alias["AliasName"], STACK_NAME), TargetKeyId=key)


def create_queues() -> None:
    for queue in _properties("AWS::SQS::Queue"):
        aws.client("sqs").create_queue(QueueName=template.physical_name(queue["QueueName"], STACK_NAME))
