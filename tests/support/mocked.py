"""Runs AWS as moto inside this process, for tests that need tables and no concurrency, which moto does not have."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import botocore.session
import pytest
from argon2 import PasswordHasher
from moto import mock_aws

from chalicelib import aws, queues
from chalicelib.services.merchants import passwords
from infra.deployment import template
from tests.support.cold import forget_data_keys
from tests.support.emulated import STACK_NAME

KEY = "AWS::KMS::Key"


@contextmanager
def aws_in_this_process() -> Iterator[None]:
    """Provides the template's tables and keys."""
    with empty_aws():
        create_tables_and_keys()
        yield


@contextmanager
def empty_aws() -> Iterator[None]:
    """Provides an AWS without resources. Replaces the application's clients, and hashes passwords at the least cost."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.delenv("AWS_ENDPOINT_URL", raising=False)
        patch.setattr(aws, "_create", _client)
        patch.setattr(passwords, "hasher", quick_hasher)
        _forget()
        yield
    _forget()


@cache
def _client(service: str) -> Any:
    """Returns a client that is kept for the whole run, because making one takes longer than most tests."""
    return botocore.session.get_session().create_client(service, config=aws._CONFIG)


def quick_hasher() -> PasswordHasher:
    """Returns Argon2 at its least cost. The application's own hasher takes a quarter of a second for a password."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def _forget() -> None:
    """Forgets the data keys, which another KMS cannot open, and the queues' addresses."""
    forget_data_keys()
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
