"""Causes any event on demand, with the objects that it needs and through the services that cause it otherwise.

A recipe is a row of steps; each step takes the merchant's story so far and adds to it. The workers do their part as
always, so a step that needs them waits for their record.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from chalicelib.api.call import Call
from chalicelib.api.schemas import NewOrder
from chalicelib.domain import clock
from chalicelib.domain.disputes import Cause
from chalicelib.domain.errors import BadRequest, Unavailable
from chalicelib.domain.orders import CaptureMode
from chalicelib.domain.payments import LIVE
from chalicelib.domain.refunds import LIVE as LIVE_REFUND
from chalicelib.domain.settlements import LIVE as LIVE_SETTLEMENT
from chalicelib.domain.webhooks import Event
from chalicelib.methods.upi import PayByUpi
from chalicelib.persistence.disputes import Dispute
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.persistence.settlements import Settlement
from chalicelib.sandbox import disputes, payments, refunds, settlements
from chalicelib.sandbox.acts import Act
from chalicelib.sandbox.settlements import SettleNow
from chalicelib.services import orders
from chalicelib.services.disputes import answering
from chalicelib.services.idempotency import Answer
from chalicelib.services.merchants import accounts
from chalicelib.services.payments import accept
from chalicelib.services.refunds import accept as accept_refund
from chalicelib.services.webhooks import endpoints

AMOUNT = 50000
# The bank says nothing before a step tells it what to say.
PATIENT = "silence 3d, approve, refund silence"
# Seconds that the workers get for one step.
PATIENCE = 20
EXPIRES_IN = 1.0


@dataclass
class Story:
    """What a trigger has made so far: the id of each object by its kind."""

    call: Call
    made: dict[str, str] = field(default_factory=dict)

    @property
    def merchant_id(self) -> str:
        return self.call.merchant_id


Step = Callable[[Story], None]


def fire(call: Call, event: str) -> dict[str, Any]:
    """Causes an event. Returns the ids of the objects that were made for it. Raises BadRequest for an unknown event."""
    recipe = RECIPES.get(event)
    if recipe is None:
        raise BadRequest(f"event must be one of {', '.join(RECIPES)}", field="event")
    story = Story(call)
    for step in recipe:
        step(story)
    return {"event": event, **story.made}


def _order(story: Story, *, automatic: bool = False, expires_in: float | None = None) -> None:
    mode = CaptureMode.AUTOMATIC if automatic else CaptureMode.MANUAL
    expires_at = None if expires_in is None else clock.iso(clock.now() + expires_in)
    wanted = NewOrder(amount=AMOUNT, capture=mode, expires_at=expires_at, notes={orders.SCRIPT: PATIENT})
    terms = wanted.terms(allow_http=True)
    story.made["order_id"] = _id(orders.create(story.merchant_id, terms, None, story.call.request_id))


def _id(answer: Answer) -> str:
    return str(json.loads(answer.body)["id"])


def _pay(story: Story) -> None:
    order = orders.find(story.made["order_id"])
    asked = PayByUpi(order_id=order.id, vpa="trigger@sandbox")
    story.made["payment_id"] = _id(accept.create(order, asked, None, story.call.request_id, public=False))


def _act(action: str, story: Story) -> None:
    """Acts on the payment and waits until the workers have moved it."""
    payment_id = story.made["payment_id"]
    before = _payment(payment_id).state
    payments.act(payment_id, Act(action), story.call)
    _until(lambda: _payment(payment_id).state not in {before, *LIVE})


def _payment(payment_id: str) -> Payment:
    return Payment.get(payment_id, consistent_read=True)


def _refund(story: Story) -> None:
    made = accept_refund.create(story.merchant_id, story.made["payment_id"], None, None, None, story.call.request_id)
    story.made["refund_id"] = _id(made)


def _end_refund(action: str, story: Story) -> None:
    refund_id = story.made["refund_id"]
    refunds.act(refund_id, Act(action), story.call)
    _until(lambda: Refund.get(refund_id, consistent_read=True).status not in LIVE_REFUND)


def _dispute(story: Story) -> None:
    claim = disputes.NewDispute(story.made["payment_id"])
    story.made["dispute_id"] = disputes.create(claim, story.call)["id"]


def _contest(story: Story) -> None:
    evidence = {"summary": "The goods were delivered"}
    answering.contest(story.merchant_id, story.made["dispute_id"], evidence, None, story.call.request_id)


def _decide(cause: Cause, story: Story) -> None:
    disputes.decide(Dispute.get(story.made["dispute_id"], consistent_read=True), cause, story.call.request_id)


def _settle(story: Story) -> None:
    """Settles the payment, which has not matured."""
    made = settlements.settle(story.merchant_id, SettleNow(pending=True), story.call.request_id)["data"]
    story.made["settlement_id"] = made[0]["id"]
    _until(lambda: Settlement.get(made[0]["id"], consistent_read=True).status not in LIVE_SETTLEMENT)


def _cancel(story: Story) -> None:
    orders.cancel(story.merchant_id, story.made["order_id"], None, story.call.request_id)


def _await_expiry(story: Story) -> None:
    _until(lambda: orders.find(story.made["order_id"]).status == "expired")


def _test(story: Story) -> None:
    endpoint = endpoints.primary(accounts.find(story.merchant_id))
    if not endpoint.url:
        raise BadRequest(f"{Event.TEST} needs a URL: set one in the profile, by PUT /merchants/webhook", "webhook_url")
    story.made["endpoint_id"] = endpoint.id
    endpoints.send_test(endpoint, story.call.request_id)


def _until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > ends:
            raise Unavailable("The workers did not do their part in time; is a worker running?")
        time.sleep(0.05)


_PAID = (_order, _pay, partial(_act, "approve"))
_TAKEN = (partial(_order, automatic=True), _pay, partial(_act, "approve"))
_DISPUTED = (*_TAKEN, _dispute)
RECIPES: Mapping[str, tuple[Step, ...]] = {
    Event.PAYMENT_CREATED: (_order, _pay),
    Event.PAYMENT_PENDING: (_order, _pay),
    Event.PAYMENT_SUCCESS: _PAID,
    Event.PAYMENT_FAILED: (_order, _pay, partial(_act, "decline")),
    Event.PAYMENT_CAPTURED: _TAKEN,
    Event.PAYMENT_VOIDED: (*_PAID, partial(_act, "void")),
    Event.PAYMENT_EXPIRED: (_order, _pay, partial(_act, "expire")),
    Event.ORDER_PAID: _PAID,
    Event.ORDER_EXPIRED: (partial(_order, expires_in=EXPIRES_IN), _await_expiry),
    Event.ORDER_CANCELLED: (_order, _cancel),
    Event.REFUND_CREATED: (*_TAKEN, _refund),
    Event.REFUND_PROCESSED: (*_TAKEN, _refund, partial(_end_refund, "approve")),
    Event.REFUND_FAILED: (*_TAKEN, _refund, partial(_end_refund, "decline")),
    Event.DISPUTE_CREATED: _DISPUTED,
    Event.DISPUTE_UNDER_REVIEW: (*_DISPUTED, _contest),
    Event.DISPUTE_WON: (*_DISPUTED, _contest, partial(_decide, Cause.WIN)),
    Event.DISPUTE_LOST: (*_DISPUTED, _contest, partial(_decide, Cause.LOSE)),
    Event.SETTLEMENT_PROCESSED: (*_TAKEN, _settle),
    Event.TEST: (_test,),
}
