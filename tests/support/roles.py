"""Compares the AWS calls of the code with the permissions of the template's roles."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

import pytest

from chalicelib.config import settings
from chalicelib.services.payments import tries
from infra.deployment import template
from tests.support.shop import Shop, Workers

# One request whose actions have other names in IAM than the request.
ITEM_ACTIONS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
# A KMS key's alias without the stack's name -> the purpose of its data keys. The last key computes hashes, for which
# KMS has no encryption context.
PURPOSES = {"": "secret", "-cards": "card", "-tries": "tries"}
HASHES = "GenerateMac"
PURPOSE = "kms:EncryptionContext:purpose"
BATCHED = {"SendMessageBatch": "SendMessage", "DeleteMessageBatch": "DeleteMessage"}


@dataclass(frozen=True, order=True)
class Access:
    """Names one permission. action: as IAM names it. resource: "table/orders", "table/orders/index/by_merchant",
    "queue/payments", "secret/ADMIN_TOKEN", or "key/card" after the purpose of a key's data keys.
    """

    action: str
    resource: str


def _of_dynamodb(operation: str, params: dict[str, Any], stack: str) -> Iterator[Access]:
    def table(name: str) -> str:
        return f"table/{name.removeprefix(stack + '-')}"

    if operation == "TransactWriteItems":
        for item in params["TransactItems"]:
            for kind, write in item.items():
                yield Access(f"dynamodb:{ITEM_ACTIONS[kind]}", table(write["TableName"]))
    elif operation == "BatchGetItem":
        for name in params["RequestItems"]:
            yield Access("dynamodb:BatchGetItem", table(name))
    else:
        index = f"/index/{params['IndexName']}" if params.get("IndexName") else ""
        yield Access(f"dynamodb:{operation}", table(params["TableName"]) + index)


def accesses(service: str, operation: str, params: dict[str, Any], stack: str) -> Iterator[Access]:
    if service == "dynamodb":
        yield from _of_dynamodb(operation, params, stack)
    elif service == "sqs":
        name = params.get("QueueName") or params["QueueUrl"].rpartition("/")[2]
        yield Access(f"sqs:{BATCHED.get(operation, operation)}", f"queue/{name.removeprefix(stack + '-')}")
    elif service == "kms":
        purpose = "tries" if operation == HASHES else _purpose(params, stack)
        yield Access(f"kms:{operation}", f"key/{purpose}")
    elif service == "secretsmanager":
        name = (
            params["SecretId"].rpartition("/")[2].rpartition("-")[0]
        )  # AWS ends an ARN with six characters of its own
        yield Access(f"secretsmanager:{operation}", f"secret/{name}")
    else:
        yield Access(f"{service}:{operation}", "*")


def _purpose(params: dict[str, Any], stack: str) -> str:
    """Returns the purpose of a request. A request with a key must use the key's purpose. No role allows "none"."""
    purpose: str = params.get("EncryptionContext", {}).get("purpose", "none")
    if "KeyId" in params:
        assert PURPOSES[params["KeyId"].removeprefix(f"alias/{stack}")] == purpose
    return purpose


class Recorder:
    """Listens to the application's own clients. `role` is the role whose code is running."""

    def __init__(self, clients: Iterable[Any], stack: str) -> None:
        self.seen: dict[str, set[Access]] = {}
        self.role = ""
        self.stack = stack
        for client in clients:
            client.meta.events.register("provide-client-params.*", self._note)

    def _note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        found = accesses(model.service_model.service_name, model.name, params, self.stack)
        if self.role:
            self.seen.setdefault(self.role, set()).update(found)

    @contextmanager
    def running(self, role: str) -> Iterator[None]:
        before, self.role = self.role, role
        yield
        self.role = before


@contextmanager
def payers_tries_are_counted() -> Iterator[None]:
    """Counts payers' tries for the time of the block, as stages other than test stages do."""
    counted = replace(settings(), card_tries_per_address=100, card_tries_per_card=100)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tries, "settings", lambda: counted)
        yield


def allowed(role: str) -> set[Access]:
    """Returns what a role of the template allows on tables, queues and keys. Logs are left out: they are Lambda's."""
    whole = template.load()["Resources"]
    statements = whole[role]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    granted = [statement for item in statements for statement in _unconditional(item)]
    _check_purposes(granted, whole)
    return {
        Access(action, resource)
        for statement in granted
        for action in _listed(statement["Action"])
        for resource in (_resource(value, whole) for value in _listed(statement["Resource"]))
        if not action.startswith("logs:")
    }


def _check_purposes(granted: list[dict[str, Any]], whole: dict[str, Any]) -> None:
    """Checks that each grant on a KMS key holds for the purpose of that key only."""
    for statement in granted:
        if any(action.startswith("kms:") for action in _listed(statement["Action"])):
            resource = _resource(statement["Resource"], whole)
            if _listed(statement["Action"]) == [f"kms:{HASHES}"]:
                assert resource == "key/tries", statement
                continue
            assert resource == f"key/{statement['Condition']['StringEquals'][PURPOSE]}", statement


def _unconditional(statement: dict[str, Any]) -> list[dict[str, Any]]:
    return [part for part in statement["Fn::If"][1:] if "Effect" in part] if "Fn::If" in statement else [statement]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _resource(value: Any, whole: dict[str, Any]) -> str:
    if value == "*":
        return "*"
    if "Ref" in value:
        return _named(value["Ref"], whole)
    if "Fn::Sub" in value:
        logical_id, _, rest = value["Fn::Sub"].removeprefix("${").partition(".Arn}")
        return _named(logical_id, whole) + rest
    return _named(value["Fn::GetAtt"][0], whole)


def _named(logical_id: str, whole: dict[str, Any]) -> str:
    properties = whole[logical_id]["Properties"]
    if whole[logical_id]["Type"] == "AWS::SecretsManager::Secret":
        return f"secret/{template.physical_name(properties['Name'], '').removeprefix('/')}"
    kinds = {"TableName": "table", "QueueName": "queue", "LogGroupName": "logs"}
    for name, kind in kinds.items():
        if name in properties:
            return f"{kind}/" + template.physical_name(properties[name], "").removeprefix("-")
    (alias,) = (item["Properties"] for item in whole.values() if _is_alias_of(item, logical_id))
    return f"key/{PURPOSES[template.physical_name(alias['AliasName'], '').removeprefix('alias/')]}"


def _is_alias_of(item: dict[str, Any], logical_id: str) -> bool:
    return bool(item["Type"] == "AWS::KMS::Alias" and item["Properties"]["TargetKeyId"] == {"Ref": logical_id})


def covers(granted: Iterable[Access], wanted: Access) -> bool:
    return any(g.action == wanted.action and fnmatchcase(wanted.resource, g.resource) for g in granted)


def report(found: Iterable[Access]) -> str:
    return json.dumps([f"{a.action} on {a.resource}" for a in sorted(found)], indent=1)


def walk_events(shop: Shop, workers: Workers) -> None:
    """An event that its payment's record holds and one of the table of events, both sent again."""
    endpoint = shop.get("/webhook-endpoints")["data"][0]["id"]
    for kind in ("payment.created", "refund.failed"):
        event = shop.get(f"/events?type={kind}")["data"][0]
        shop.get(f"/events/{event['id']}")
        shop.get(f"/events?object_id={event['object_id']}&after={event['id']}")
        assert shop.ask("POST", f"/events/{event['id']}/resend", {"endpoint_id": endpoint}).status == 200
    workers.drain()
