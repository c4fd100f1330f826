"""Does what a merchant does with a gateway: takes an order's payment, refunds it, waits for events, moves the clock."""

import random
import time
from collections.abc import Callable, Iterator
from typing import Any

from payment_gateway.client import TOO_MANY, Client, Refused

AMOUNT = 50000  # minor units
INSTRUMENT = "success@upi"  # a test instrument that always succeeds
LOOK_EVERY = 0.1  # seconds
PATIENCE = 30.0  # seconds; the simulated bank takes up to ten
PAGE = 100  # the longest page of a list
CARD = {"expiry_month": "12", "expiry_year": "2040", "holder_name": "Asha Rao"}
AMEX = ("34", "37")
# The first part of an id to the word in the paths of such objects.
KINDS = {"pay": "payments", "rfnd": "refunds", "disp": "disputes", "setl": "settlements"}
# Acts after which an object stays as it is.
STILL = frozenset({"silence", "respond", "late"})


class TooSlow(Exception):
    """Reports that something awaited did not happen in time, and what was seen instead."""


def instrument(text: str) -> dict[str, Any]:
    """Returns the request's fields for a VPA or a card number. A VPA holds an @."""
    if "@" in text:
        return {"method": "upi", "vpa": text}
    number = text.replace(" ", "").replace("-", "")
    cvv = "1234" if number.startswith(AMEX) else "123"
    return {"method": "card", "card": {**CARD, "number": number, "cvv": cvv}}


def merchant(client: Client, seconds: float = PATIENCE) -> dict[str, Any]:
    """Returns a fresh merchant of a test stage, with its keys.

    The gateway hashes few passwords at once and answers 429 when more come, so this function tries again for a while.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            return dict(client.post("/sandbox/merchants"))
        except Refused as refusal:
            if refusal.status != TOO_MANY or time.monotonic() > deadline:
                raise
        time.sleep(random.uniform(LOOK_EVERY, 1))  # noqa: S311  # spreads callers that came together


def order(client: Client, amount: int = AMOUNT, **fields: Any) -> dict[str, Any]:
    return dict(client.post("/orders", {"amount": amount, **fields}))


def pay(client: Client, order_id: str, instrument_text: str = INSTRUMENT) -> dict[str, Any]:
    """Returns the accepted payment, which is pending."""
    return dict(client.post("/payments", {"order_id": order_id, **instrument(instrument_text)}))


def settled(client: Client, payment_id: str, seconds: float = PATIENCE) -> dict[str, Any]:
    """Returns the payment once it is not pending or waits for its payer. Raises TooSlow."""
    return _awaited(
        lambda: dict(client.get(f"/payments/{payment_id}")),
        lambda payment: payment["status"] != "pending" or bool(payment.get("next_action")),
        seconds,
    )


def refund(client: Client, payment_id: str, amount: int | None = None, reason: str | None = None) -> dict[str, Any]:
    """Returns the accepted refund, which is pending. amount None: all that is left."""
    given = {"amount": amount, "reason": reason}
    body = {name: value for name, value in given.items() if value is not None}
    return dict(client.post(f"/payments/{payment_id}/refunds", body))


def refunded(client: Client, refund_id: str, seconds: float = PATIENCE) -> dict[str, Any]:
    """Returns the refund once it is not pending. Raises TooSlow."""
    return _awaited(
        lambda: dict(client.get(f"/refunds/{refund_id}")), lambda found: found["status"] != "pending", seconds
    )


def act(
    client: Client, object_id: str, action: str, code: str | None = None, seconds: float = PATIENCE
) -> dict[str, Any]:
    """Decides what becomes of an object of a test stage. Returns the object once the act has moved it.

    Raises ValueError for an id of another kind, TooSlow, and Refused, which names the legal acts.
    """
    kind = kind_of(object_id)
    before = client.get(f"/{kind}/{object_id}")
    client.post(f"/sandbox/{kind}/{object_id}/act", {"action": action} | ({"code": code} if code else {}))
    return _awaited(
        lambda: dict(client.get(f"/{kind}/{object_id}")),
        lambda found: action in STILL or _situation(found) != _situation(before),
        seconds,
    )


def kind_of(object_id: str) -> str:
    """Returns the word in the paths of an object that can be acted on. Raises ValueError."""
    kind = KINDS.get(object_id.partition("_")[0])
    if kind is None:
        known = ", ".join(f"{prefix}_… ({name})" for prefix, name in KINDS.items())
        raise ValueError(f"{object_id!r} is no id of an object that takes an act. Such ids are {known}")
    return kind


def _situation(found: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(found.get(name) for name in ("status", "captured", "late", "next_action"))


def _awaited(look: Callable[[], dict[str, Any]], is_there: Callable[[Any], bool], seconds: float) -> dict[str, Any]:
    deadline = time.monotonic() + seconds
    while not is_there(found := look()):
        if time.monotonic() > deadline:
            raise TooSlow(f"{found['id']} is still {found['status']} after {seconds:g} s")
        time.sleep(LOOK_EVERY)
    return found


def wait_for_event(client: Client, kind: str, object_id: str, seconds: float = PATIENCE) -> dict[str, Any]:
    """Returns the first event of this type about this object. Raises TooSlow, which names the events that came."""
    deadline = time.monotonic() + seconds
    while True:
        seen = client.get("/events", object_id=object_id, limit=PAGE)["data"]
        found = [event for event in seen if event["type"] == kind]
        if found:
            return dict(found[-1])
        if time.monotonic() > deadline:
            came = ", ".join(event["type"] for event in seen) or "nothing"
            raise TooSlow(f"no {kind} for {object_id} within {seconds:g} s; there came {came}")
        time.sleep(LOOK_EVERY)


def events_after(client: Client, after: str) -> Iterator[dict[str, Any]]:
    """Yields every event since the event `after`, the oldest first."""
    while page := client.get("/events", after=after, limit=PAGE)["data"]:
        yield from page
        after = page[-1]["id"]


def _ignore(_: dict[str, Any]) -> None:
    """Takes no notice of progress."""


def move_clock(client: Client, tell: Callable[[dict[str, Any]], None] = _ignore, **how: Any) -> dict[str, Any]:
    """Moves a test stage's clock. Returns the clock when all that became due has been done.

    how: advance, in seconds, or to, an ISO 8601 time. A long jump takes several requests; tell gets the clock after each.
    """
    shown = dict(client.post("/sandbox/clock", how))
    tell(shown)
    while not shown["job"]["done"]:
        time.sleep(LOOK_EVERY)
        shown = dict(client.post("/sandbox/clock", {"job": shown["job"]["id"]}))
        tell(shown)
    return shown
