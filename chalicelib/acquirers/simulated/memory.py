"""Remembers a payment or refund that does not end at once: one item of the bank's own table, for a week.

Each write is conditional and complete, so that two concurrent callers agree. Every function raises Unavailable if
DynamoDB does not answer.
"""

from dataclasses import dataclass
from typing import Any, Literal, cast

from botocore.exceptions import ClientError

from chalicelib import aws
from chalicelib.acquirers.base import ActionNeeded, ActionType
from chalicelib.acquirers.simulated.scripts import APPROVE
from chalicelib.config import settings
from chalicelib.domain import clock

KEPT_SECONDS = 7 * 24 * 3600
MAX_WRONG_CODES = 3
Movement = Literal["captured", "voided"]

_Values = dict[str, str | float]
# An update of one item as DynamoDB's wire format has it: a call of its own, or a part of a transaction.
Update = dict[str, Any]
_AWAITS_THE_PAYER = "attribute_exists(action_url) AND attribute_not_exists(decision)"
_TRIES_LEFT = "(attribute_not_exists(wrong_codes) OR wrong_codes < :limit)"
# A payment without a script was approved at once, and the bank remembers nothing of its start.
_HOLDS = "(attribute_not_exists(script) OR holds_from <= :now)"


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the bank remembers of a payment or refund.

    script: "" if the bank remembers only the capture or void of a payment that was approved at once.
    since: Unix seconds of the first request, or of the payer's act if the payer had to act.
    decision: APPROVE after the payer's consent, a decline code after a refusal, "" before either.
    """

    object_id: str
    script: str
    since: float
    asks: int
    action: ActionNeeded | None
    decision: str


def table() -> str:
    return f"{settings().stack_name}-simulated-bank"


def remember(object_id: str, script: str, action: ActionNeeded | None, holds_after: float | None) -> Remembered:
    """Keeps a first request, or counts a repeated request and returns what the first request has left.

    holds_after: seconds from now after which the bank holds the money; None if it never does, or the payer decides.
    """
    now = clock.now()
    values: _Values = {"script": script, "first_asked_at": now}
    if action:
        values |= {"action_type": action.type, "action_url": action.url, "action_expires_at": action.expires_at or 0}
    if holds_after is not None:
        values["holds_from"] = now + holds_after
    sets = ", ".join(f"{name} = if_not_exists({name}, :{name})" for name in values)
    values |= {"one": 1, "expires_at": now + KEPT_SECONDS}
    item = _update(object_id, f"SET {sets}, expires_at = :expires_at ADD asks :one", values)
    return _remembered(cast("dict[str, Any]", item))  # the write has no condition that could fail


def rewriting(object_id: str, script: str, holds_after: float | None) -> Update:
    """Returns the update that makes the bank do from now on what a script says, whatever it has answered so far.

    holds_after: as in remember. A payer who was asked to act has acted.
    """
    now = clock.now()
    values: _Values = {"script": script, "now": now, "decision": APPROVE, "expires_at": now + KEPT_SECONDS}
    sets = (
        "SET script = :script, first_asked_at = :now, decided_at = :now, decision = :decision, expires_at = :expires_at"
    )
    if holds_after is None:
        return _request(object_id, f"{sets} REMOVE holds_from", values)
    return _request(object_id, f"{sets}, holds_from = :holds_from", values | {"holds_from": now + holds_after})


def challenging(object_id: str, script: str, action: ActionNeeded) -> Update:
    """Returns the update that makes the bank ask the payer to act, as if the payer had not acted yet."""
    now = clock.now()
    values: _Values = {"script": script, "first_asked_at": now, "expires_at": now + KEPT_SECONDS}
    values |= {"action_type": action.type, "action_url": action.url, "action_expires_at": action.expires_at or 0}
    names = ", ".join(f"{name} = :{name}" for name in values)
    return _request(object_id, f"SET {names} REMOVE decision, decided_at, holds_from, wrong_codes", values)


def ask(object_id: str) -> Remembered | None:
    """Counts a question. Returns None if the bank remembers nothing."""
    item = _update(object_id, "ADD asks :one", {"one": 1}, "attribute_exists(id)")
    return _remembered(item) if item else None


def find(object_id: str) -> Remembered | None:
    """Reads without counting a question."""
    with aws.unavailable_on_failure("simulated bank"):
        answer = aws.client("dynamodb").get_item(TableName=table(), Key={"id": {"S": object_id}}, ConsistentRead=True)
    return _remembered(answer["Item"]) if "Item" in answer else None


def approve(payment_id: str, holds_after: float | None) -> bool:
    """Keeps the payer's consent. Returns False if none is awaited, or three wrong codes were entered.

    holds_after: as in remember.
    """
    now = clock.now()
    values: _Values = {"decision": APPROVE, "now": now, "limit": MAX_WRONG_CODES}
    update = "SET decision = :decision, decided_at = :now"
    if holds_after is not None:
        values["holds_from"] = now + holds_after
        update += ", holds_from = :holds_from"
    return _update(payment_id, update, values, f"{_AWAITS_THE_PAYER} AND {_TRIES_LEFT}") is not None


def decline(payment_id: str, code: str) -> bool:
    """Keeps the payer's refusal. Returns False if no act is awaited."""
    update = "SET decision = :decision, decided_at = :now"
    return _update(payment_id, update, {"decision": code, "now": clock.now()}, _AWAITS_THE_PAYER) is not None


def count_wrong_code(payment_id: str) -> int | None:
    """Counts a wrong code. Returns the number of tries that the payer has left; None if no act is awaited."""
    item = _update(payment_id, "ADD wrong_codes :one", {"one": 1}, _AWAITS_THE_PAYER)
    return None if item is None else max(0, MAX_WRONG_CODES - int(item["wrong_codes"]["N"]))


def move(payment_id: str, movement: Movement) -> bool:
    """Takes or releases what the bank holds, once. Returns False if it holds nothing or the opposite was done."""
    now = clock.now()
    values: _Values = {"moved": movement, "now": now, "expires_at": now + KEPT_SECONDS}
    condition = f"{_HOLDS} AND (attribute_not_exists(moved) OR moved = :moved)"
    return _update(payment_id, "SET moved = :moved, expires_at = :expires_at", values, condition) is not None


def _update(object_id: str, update: str, values: _Values, condition: str = "") -> dict[str, Any] | None:
    """Updates an item and returns the whole item afterwards; None if the condition fails."""
    request = _request(object_id, update, values) | {"ReturnValues": "ALL_NEW"}
    request |= {"ConditionExpression": condition} if condition else {}
    with aws.unavailable_on_failure("simulated bank"):
        try:
            item: dict[str, Any] = aws.client("dynamodb").update_item(**request)["Attributes"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return None
            raise
    return item


def _request(object_id: str, update: str, values: _Values) -> Update:
    return {
        "TableName": table(),
        "Key": {"id": {"S": object_id}},
        "UpdateExpression": update,
        "ExpressionAttributeValues": {f":{name}": _attribute(value) for name, value in values.items()},
    }


def _attribute(value: str | float) -> dict[str, str]:
    return {"S": value} if isinstance(value, str) else {"N": str(value)}


def _remembered(item: dict[str, Any]) -> Remembered:
    return Remembered(
        object_id=item["id"]["S"],
        script=_text(item, "script"),
        since=_number(item, "decided_at") or _number(item, "first_asked_at"),
        asks=int(_number(item, "asks")),
        action=_action(item),
        decision=_text(item, "decision"),
    )


def _action(item: dict[str, Any]) -> ActionNeeded | None:
    if "action_url" not in item:
        return None
    kind = cast("ActionType", _text(item, "action_type"))
    return ActionNeeded(kind, _text(item, "action_url"), _number(item, "action_expires_at") or None)


def _text(item: dict[str, Any], name: str) -> str:
    return str(item[name]["S"]) if name in item else ""


def _number(item: dict[str, Any], name: str) -> float:
    return float(item[name]["N"]) if name in item else 0.0
