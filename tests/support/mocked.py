"""Runs AWS as moto inside this process, for tests that need tables and no concurrency, which moto does not have."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import botocore.session
import pytest
from argon2 import PasswordHasher
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from chalicelib import aws, queues
from chalicelib.services.merchants import passwords
from infra.deployment import template
from tests.support.cold import forget_data_keys
from tests.support.emulated import STACK_NAME

KEY = "AWS::KMS::Key"
REGION = "us-east-1"


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
def _resources(kind: str) -> dict[str, dict[str, Any]]:
    """Returns the properties of the template's resources of one kind, by their names in the template."""
    return {name: item["Properties"] for name, item in template.load()["Resources"].items() if item["Type"] == kind}


def _properties(kind: str) -> list[dict[str, Any]]:
    return list(_resources(kind).values())


def create_tables_and_keys() -> None:
    """Creates the template's tables and keys: the tables, from the second time on, as copies of the first, empty ones.

    moto takes 0.2 s of CPU time to create them, which is longer than most tests need.
    """
    dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables = copy.deepcopy(_empty_tables())
    _create_keys()


@cache
def _empty_tables() -> Any:
    """Returns moto's own records of the tables."""
    _create_tables()
    return copy.deepcopy(dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables)


def _create_tables() -> None:
    """Creates the tables without the properties that moto does not need.

    moto's own CloudFormation would need packages that no other part of the project needs.
    """
    wanted = ("AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes")
    for table in _properties("AWS::DynamoDB::Table"):
        name = template.physical_name(table["TableName"], STACK_NAME)
        made = {part: table[part] for part in wanted if part in table}
        aws.client("dynamodb").create_table(TableName=name, **made)


def _create_keys() -> None:
    kms = aws.client("kms")
    keys = _resources(KEY)
    for alias in _properties("AWS::KMS::Alias"):
        kind = keys[alias["TargetKeyId"]["Ref"]]
        how = {part: kind[part] for part in ("KeySpec", "KeyUsage") if part in kind}
        key = kms.create_key(**how)["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName=template.physical_name(alias["AliasName"], STACK_NAME), TargetKeyId=key)


def create_queues() -> None:
    for queue in _properties("AWS::SQS::Queue"):
        aws.client("sqs").create_queue(QueueName=template.physical_name(queue["QueueName"], STACK_NAME))
