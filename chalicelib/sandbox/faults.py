"""Makes the gateway's own API fail for one merchant, so that a client's repetitions can be tested.

`before` means that nothing has happened. `after` means that the effect is committed and its answer is lost. A merchant's
faults are one item of the sandbox's table. The clock's item names the merchants that have faults, so that a request of
any other merchant reads nothing.
"""

import json
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal
from uuid import uuid4

import msgspec
from chalice.app import Response
from msgspec import Meta, Struct

from chalicelib.api.call import Call
from chalicelib.domain.errors import GatewayError, TooManyRequests
from chalicelib.sandbox import clock
from chalicelib.services.merchants import credentials

PREFIX = "/api/v1"
# The sandbox itself never fails, or nobody could delete a fault.
SPARED = f"{PREFIX}/sandbox/"
# Tells infra/local/edge.py to close the connection. Behind API Gateway the caller gets the status.
CUT = "X-Sandbox-Cut"
BAD_GATEWAY = 502
RETRY_AFTER = 1
MOST_FAULTS = 50


class Fault(Struct, frozen=True):
    """match: a method and a path without /api/v1, with * for any text. times: requests that it still strikes.

    seconds: how long a hang lasts.
    """

    effect: Literal["error", "throttle", "hang", "cut"]
    match: Annotated[str, Meta(max_length=256, examples=["POST /payments"])] = "*"
    when: Literal["before", "after"] = "before"
    times: Annotated[int, Meta(ge=1, le=10_000)] = 1
    seconds: Annotated[float, Meta(gt=0, le=28)] = 10
    id: str = ""


def around(call: Call, perform: Callable[[], Any]) -> Any:
    """Performs a request, or lets it fail as the first fault that matches says."""
    fault = _strike(call)
    if fault is None:
        return perform()
    if fault.when == "before":
        return _fail(fault, perform)
    answer = perform()
    return _fail(fault, lambda: answer)


def _fail(fault: Fault, answer: Callable[[], Any]) -> Any:
    match fault.effect:
        case "error":
            raise GatewayError("A fault of the sandbox")
        case "throttle":
            raise TooManyRequests(RETRY_AFTER)
        case "cut":
            return Response(body="", status_code=BAD_GATEWAY, headers={CUT: "true"})
        case "hang":
            time.sleep(fault.seconds)
            return answer()


def _strike(call: Call) -> Fault | None:
    """Takes one of the times of the merchant's first fault that matches; None if none does."""
    faulty = clock.look().get("faulty", {}).get("SS", ())
    path = str(call.raw.path).format(**(call.raw.uri_params or {}))
    merchant_id = _merchant(call) if faulty and not path.startswith(SPARED) else ""
    if merchant_id not in faulty:
        return None
    asked = f"{call.raw.method} {path.removeprefix(PREFIX)}"
    struck: list[Fault] = []

    def take(faults: Sequence[Fault]) -> list[Fault]:
        struck[:] = [fault for fault in faults if fnmatchcase(asked, fault.match)][:1]
        less = [msgspec.structs.replace(each, times=each.times - (each in struck)) for each in faults]
        return [fault for fault in less if fault.times]

    _change(merchant_id, take)
    return struck[0] if struck else None


def _merchant(call: Call) -> str:
    """Returns the request's merchant. A payer's request names it by the key in its body or query."""
    if call.merchant_id:
        return call.merchant_id
    with suppress(ValueError, AttributeError, GatewayError):
        key = call.query.get("key") or json.loads(call.body or b"{}").get("key")
        return credentials.merchant_of(str(key)) if key else ""
    return ""


def add(merchant_id: str, fault: Fault) -> Fault:
    """Adds a fault behind the merchant's others. Returns it, once every process knows it. Raises GatewayError."""
    named = msgspec.structs.replace(fault, id=f"flt_{uuid4().hex[:16]}")
    _change(merchant_id, lambda faults: [*faults, named][-MOST_FAULTS:])
    clock.change(clock.CLOCK, "ADD faulty :one", {":one": {"SS": [merchant_id]}})
    time.sleep(clock.SEEN_SECONDS)
    return named


def show(merchant_id: str) -> list[Fault]:
    """Returns the merchant's faults in their order, with the times that are left."""
    return _read(clock.stored(_key(merchant_id)))


def clear(merchant_id: str) -> int:
    """Deletes the merchant's faults. Returns their number."""
    found = show(merchant_id)
    _change(merchant_id, lambda _: [])
    clock.change(clock.CLOCK, "DELETE faulty :one", {":one": {"SS": [merchant_id]}})
    return len(found)


def _key(merchant_id: str) -> str:
    return f"faults {merchant_id}"


def _read(item: clock.Item) -> list[Fault]:
    return msgspec.json.decode(item["faults"]["S"], type=list[Fault]) if item else []


def _change(merchant_id: str, how: Callable[[Sequence[Fault]], list[Fault]]) -> None:
    """Changes the faults. Begins again if another request has changed them meanwhile."""
    while True:
        item = clock.stored(_key(merchant_id))
        new = {":new": {"S": msgspec.json.encode(how(_read(item))).decode()}}
        old = {":old": item["faults"]} if item else {}
        unchanged = "faults = :old" if item else "attribute_not_exists(faults)"
        if clock.change(_key(merchant_id), "SET faults = :new", new | old, unchanged):
            return
