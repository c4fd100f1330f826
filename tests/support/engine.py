"""Runs the embedded DynamoDB inside this process, for tests that need long tables: moto walks a table for each query."""

import importlib.util
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace
from typing import Any

import botocore.session
import pytest

from chalicelib import aws
from infra.deployment import template
from infra.local.engine import patches
from tests.support.emulated import STACK_NAME


def engine() -> ModuleType:
    """Returns a copy of MiniStack's module with tables of its own."""
    spec = importlib.util.find_spec("ministack.services.dynamodb")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def patched() -> ModuleType:
    """Returns such a copy as `make up` runs it."""
    module = engine()
    patches.install(module)
    return module


class Tables:
    """The template's tables in an engine of their own."""

    def __init__(self) -> None:
        self._engine = patched()
        resources = template.load()["Resources"].values()
        for table in (item["Properties"] for item in resources if item["Type"] == "AWS::DynamoDB::Table"):
            wanted = ("AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes")
            name = template.physical_name(table["TableName"], STACK_NAME)
            made = {"TableName": name, **{part: table[part] for part in wanted if part in table}}
            assert self._engine._create_table(made)[0] == 200, name

    def put(self, table: str, item: Mapping[str, Any]) -> None:
        """Stores a row without a request. item: with typed values."""
        stored = self._engine._tables[table]
        key, range_key = (item[name]["S"] if name else "" for name in (stored["pk_name"], stored.get("sk_name")))
        self._engine._set_item(stored, key, range_key or "__no_sort__", dict(item))

    def answer(self, model: Any, params: Mapping[str, Any], **_: Any) -> tuple[Any, dict[str, Any]]:
        """Handles botocore's "before-call.dynamodb": the answer stands for the one of a server."""
        action = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in model.name)
        status, _headers, body = getattr(self._engine, action)(json.loads(params["body"]))
        told = json.loads(body)
        if status >= 400:
            told["Error"] = {"Code": told["__type"].partition("#")[2] or told["__type"], "Message": told.get("message")}
        return SimpleNamespace(status_code=status), told


@contextmanager
def dynamodb_in_this_process() -> Iterator[Tables]:
    """Gives the application a DynamoDB of its own, and no other service."""
    tables = Tables()
    client = botocore.session.get_session().create_client("dynamodb", config=aws._CONFIG)
    client.meta.events.register("before-call.dynamodb", tables.answer)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aws, "_create", {"dynamodb": client}.__getitem__)
        yield tables
