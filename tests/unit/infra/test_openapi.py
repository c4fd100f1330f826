import json
import re

from chalicelib.methods import METHODS
from infra.openapi.__main__ import FILE, text
from infra.openapi.document import routes

DOCUMENT = json.loads(FILE.read_text(encoding="utf-8"))
OPERATIONS = [operation for methods in DOCUMENT["paths"].values() for operation in methods.values()]


def _references(node):
    if isinstance(node, dict):
        yield from ([node["$ref"]] if "$ref" in node else [])
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from _references(each)


def test_the_document_is_current():
    assert FILE.read_text(encoding="utf-8") == text(), "run `python -m infra.openapi`"


def test_every_reference_leads_somewhere():
    for reference in set(_references(DOCUMENT)):
        node = DOCUMENT
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]


def test_every_schema_is_used():
    used = {reference.rsplit("/", 1)[-1] for reference in _references(DOCUMENT) if "/schemas/" in reference}
    assert used == DOCUMENT["components"]["schemas"].keys()


def test_operations_have_names_of_their_own_and_say_what_they_do():
    names = [operation["operationId"] for operation in OPERATIONS]
    assert len(names) == len(set(names)) == len(routes())
    assert all(operation["summary"] and operation["tags"] for operation in OPERATIONS)


def test_every_path_parameter_is_declared():
    for path, methods in DOCUMENT["paths"].items():
        for operation in methods.values():
            declared = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
            assert declared == set(re.findall(r"{(\w+)}", path))


def test_only_public_operations_come_without_credentials():
    public = {operation["operationId"] for operation in OPERATIONS if operation.get("security") == []}
    assert public == {
        "cancel_public_payment", "create_public_payment", "get_health", "get_jobs_status", "get_public_order",
        "get_public_payment", "get_return", "get_test_merchant", "sign_in",
    }  # fmt: skip


def test_every_operation_that_moves_money_takes_an_idempotency_key():
    taking = {
        operation["operationId"]
        for operation in OPERATIONS
        if any(each["name"] == "Idempotency-Key" for each in operation["parameters"])
    }
    assert taking == {
        "create_order", "cancel_order", "create_payment", "create_public_payment", "capture_payment", "void_payment",
        "create_refund", "accept_dispute", "contest_dispute",
    }  # fmt: skip


def test_the_body_of_a_payment_is_told_apart_by_its_method():
    body = DOCUMENT["paths"]["/api/v1/payments"]["post"]["requestBody"]["content"]["application/json"]["schema"]

    assert body["discriminator"]["propertyName"] == "method"
    assert tuple(body["discriminator"]["mapping"]) == METHODS
    assert [each["$ref"] for each in body["anyOf"]] == list(body["discriminator"]["mapping"].values())


def test_what_is_not_for_merchants_is_not_shown():
    assert not [path for path in DOCUMENT["paths"] if "/sandbox/" in path or "/bank/" in path]
