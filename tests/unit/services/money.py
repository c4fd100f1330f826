"""Orders, payments and refunds for tests of the services, and a bank that says what a test says."""

import json
from collections import defaultdict
from dataclasses import replace
from typing import Any

from chalicelib.acquirers.base import Approved
from chalicelib.domain import clock
from chalicelib.domain.orders import CaptureMode
from chalicelib.domain.payments import GIVE_UP_SECONDS, State
from chalicelib.methods.card import CardDetails, PayByCard
from chalicelib.methods.upi import PayByUpi
from chalicelib.persistence.deadlines import Deadline
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.queues import PAYMENTS, REFUNDS, Job, job
from chalicelib.services import orders
from chalicelib.services.idempotency import Answer, IdempotentRequest
from chalicelib.services.orders import Terms
from chalicelib.services.payments import accept, records, settlement
from chalicelib.services.refunds import accept as accept_refund
from chalicelib.services.refunds import processing

NOW = 1_800_000_000.0
PLAIN = Terms(1000, "INR", None, {}, CaptureMode.MANUAL, None, None, None, None, None)
CARD = CardDetails("4111111111111111", "12", "2040", "987", "Asha Rao")


class Bank:
    """What it says of an object is what `says` was told, one answer after the other, and Approved from then on.

    An answer may be an exception, which it raises, or a function of the time limit. asked: (verb, id, limit).
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, float]] = []
        self.requests: list[Any] = []
        self.delay = 0.0
        self._answers: dict[str, list[Any]] = defaultdict(list)

    def says(self, object_id: str, *answers: Any) -> None:
        self._answers[object_id].extend(answers)

    def verbs(self, object_id: str) -> list[str]:
        return [verb for verb, asked, _ in self.asked if asked == object_id]

    def processing_delay(self, _object_id: str, _instrument: Any = None) -> float:
        return self.delay

    def start(self, charge: Any, timeout: float) -> Any:
        return self._answer("start", charge, charge.payment_id, timeout)

    def inquire(self, inquiry: Any, timeout: float) -> Any:
        return self._answer("inquire", inquiry, inquiry.payment_id, timeout)

    def capture(self, instruction: Any, timeout: float) -> Any:
        return self._answer("capture", instruction, instruction.payment_id, timeout)

    def void(self, instruction: Any, timeout: float) -> Any:
        return self._answer("void", instruction, instruction.payment_id, timeout)

    def refund(self, request: Any, timeout: float) -> Any:
        return self._answer("refund", request, request.refund_id, timeout)

    def _answer(self, verb: str, request: Any, object_id: str, timeout: float) -> Any:
        self.asked.append((verb, object_id, timeout))
        self.requests.append(request)
        left = self._answers[object_id]
        answer = left.pop(0) if left else Approved(f"ref {object_id}")
        if isinstance(answer, Exception):
            raise answer
        return answer(timeout) if callable(answer) else answer


def body(answer: Answer) -> Any:
    return json.loads(answer.body)


def new_order(merchant_id: str, **terms: Any) -> Order:
    return orders.find(body(orders.create(merchant_id, replace(PLAIN, **terms), None, "r"))["id"])


def upi(order: Order, vpa: str = "success@upi") -> PayByUpi:
    return PayByUpi(order.id, vpa=vpa)


def by_card(order: Order) -> PayByCard:
    return PayByCard(order.id, card=CARD)


def pay(order: Order, asked: PayByUpi | PayByCard | None = None, once: IdempotentRequest | None = None) -> str:
    payment_id: str = body(accept.create(order, asked or upi(order), once, "r", public=False))["id"]
    return payment_id


def refund(payment: Payment, amount: int | None, once: IdempotentRequest | None = None) -> str:
    answer = accept_refund.create(payment.merchant_id, payment.id, amount, None, once, "r")
    refund_id: str = body(answer)["id"]
    return refund_id


def work_of(object_id: str) -> Job:
    """A message that is due now."""
    return job(PAYMENTS if object_id.startswith("pay_") else REFUNDS, object_id, "r")


def settle(*payment_ids: str) -> None:
    """The worker gets a message for each, and finishes all of them."""
    assert settlement.process([work_of(payment_id) for payment_id in payment_ids]) == []


def process(*refund_ids: str) -> None:
    assert processing.process([work_of(refund_id) for refund_id in refund_ids]) == []


def record(state: State = State.PENDING, **more: Any) -> Payment:
    """A payment in memory, made at NOW."""
    method = more.get("method", "upi")
    instrument = {"method": "upi", "flow": "collect", "vpa": "a@upi"}
    if method == "card":
        instrument = {"method": "card", "network": "visa", "last4": "1111"}
    known = {
        "order_id": "order_1", "merchant_id": "m", "amount": 1000, "currency": "INR", "method": method,
        "instrument": instrument, "state": state, "amount_refunded": 0, "created_at": clock.iso(NOW),
        "updated_at": clock.iso(NOW), "deadline_at": NOW + GIVE_UP_SECONDS,
    }  # fmt: skip
    return Payment("pay_1", **known | more)


def states(*payment_ids: str) -> list[str]:
    """As they are stored."""
    return [records.find(payment_id).state for payment_id in payment_ids]


def deadlines_of(object_id: str) -> list[float]:
    """The moments of its rows, in Unix seconds."""
    return sorted(clock.seconds(row.due.partition("#")[0]) for row in Deadline.scan() if row.due.endswith(object_id))
