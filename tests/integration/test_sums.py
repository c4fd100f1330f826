"""Money adds up: a thousand random lives of a payment against a model of a dozen lines, then several at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib import queues
from chalicelib.acquirers.simulated.instruments import REFUND_AMOUNTS, REFUSED_REFUND_AMOUNT, SLOW_REFUND_AMOUNT
from chalicelib.config import TEST_MERCHANT_ID
from chalicelib.domain.errors import BadRequest
from chalicelib.services import orders
from chalicelib.services.payments import accept, decide, records
from chalicelib.services.refunds import accept as accept_refund
from chalicelib.services.refunds import records as refunds
from chalicelib.services.reports import stats
from tests.unit.services.money import body, new_order, process, settle, upi

LIVES = 1000
AMOUNTS = st.integers(100, 3 * REFUSED_REFUND_AMOUNT)
STEPS = st.one_of(
    st.sampled_from(["pay", "fail", "capture", "void", "refund all"]),
    AMOUNTS,
    st.integers(1, 200),
    st.just(REFUSED_REFUND_AMOUNT),
)


@dataclass
class Life:
    """The model: what has to be true of one order, and what was done so far."""

    amount: int
    order_id: str
    payment_id: str = ""  # of the last payment
    paid: bool = False
    captured: bool = False
    refunded: int = 0
    failures: int = 0
    voided: int = 0


def _begin(amount):
    return Life(amount, new_order(TEST_MERCHANT_ID, amount=amount).id)


def _take(life, step):
    """Does one step both ways and compares whether it was allowed."""
    if step in {"pay", "fail"}:
        allowed = not life.paid
        assert _happens(lambda: _pay(life, succeeds=step == "pay")) == allowed
    elif step in {"capture", "void"}:
        allowed = life.paid and not life.captured and not life.refunded
        assert _happens(lambda: _decide(life, step)) == allowed
        if allowed:
            life.captured, life.paid = step == "capture", step == "capture"
            life.voided += step == "void"
    else:
        left = life.amount - life.refunded
        wanted = left if step == "refund all" else step
        allowed = life.paid and 0 < wanted <= left
        assert _happens(lambda: _refund(life, None if step == "refund all" else step)) == allowed
        if allowed and wanted != REFUSED_REFUND_AMOUNT:
            life.refunded += wanted


def _happens(action):
    try:
        action()
    except BadRequest:
        return False
    return True


def _pay(life, *, succeeds):
    order = orders.find(life.order_id)
    asked = upi(order, "success@upi" if succeeds else "failure@upi")
    payment_id = body(accept.create(order, asked, None, "r", public=False))["id"]
    settle(payment_id)
    life.payment_id = payment_id
    life.paid = succeeds
    life.failures += not succeeds


def _known_payment(life):
    if not life.payment_id:
        raise BadRequest("there is no payment yet")
    return life.payment_id


def _decide(life, step):
    payment_id = _known_payment(life)
    if step == "void":
        decide.void(TEST_MERCHANT_ID, payment_id, None, "r")
    else:
        decide.capture(TEST_MERCHANT_ID, payment_id, life.amount, None, "r")


def _refund(life, amount):
    refund_id = body(accept_refund.create(TEST_MERCHANT_ID, _known_payment(life), amount, None, None, "r"))["id"]
    process(refund_id)
    if amount is None:
        process(refund_id)  # a message that comes twice changes nothing


def _figures():
    shown = stats.stats(TEST_MERCHANT_ID, None, None, "INR")
    return {name: shown[name] for name in ("successful", "failed", "total_amount", "refunded_amount")}


@pytest.mark.slow
def test_no_life_of_a_payment_gives_back_more_than_was_paid_and_all_totals_are_sums(emulator, monkeypatch):
    monkeypatch.setattr(queues, "send", lambda *_: None)  # the workers are called by name here
    monkeypatch.delitem(
        REFUND_AMOUNTS, SLOW_REFUND_AMOUNT
    )  # no time passes here; hypothesis draws constants of the code
    expected = _figures()
    lives = 0

    @settings(
        max_examples=LIVES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(amount=AMOUNTS, steps=st.lists(STEPS, max_size=5))
    def live(amount, steps):
        nonlocal lives
        lives += 1
        life = _begin(amount)
        for step in ["pay", *steps] if lives % 2 else steps:
            _take(life, step)
        _compare(life)
        expected["successful"] += life.paid
        expected["failed"] += life.failures
        expected["total_amount"] += life.amount if life.paid else 0
        expected["refunded_amount"] += life.refunded
        if lives % 10 == 0:
            assert _figures() == expected

    live()
    assert _figures() == expected
    assert lives >= LIVES


def _compare(life):
    order = orders.find(life.order_id)
    assert order.amount_paid == (life.amount if life.paid else 0)
    if not life.payment_id:
        return
    payment = records.find(life.payment_id)
    assert (payment.amount_refunded, payment.state == "captured") == (life.refunded, life.captured)
    assert payment.amount_refunded <= payment.amount


@pytest.mark.parametrize(
    "amounts", [[300] * 10, [1000, 999, 1], [None, None, 500], [REFUSED_REFUND_AMOUNT] * 3], ids=str
)
def test_refunds_at_the_same_time_share_what_was_paid(drain, amounts):
    paid = max(1000, REFUSED_REFUND_AMOUNT if REFUSED_REFUND_AMOUNT in amounts else 0)
    life = _begin(paid)
    _pay(life, succeeds=True)

    def accepted(amount):
        try:
            return body(accept_refund.create(TEST_MERCHANT_ID, life.payment_id, amount, None, None, "r"))["id"]
        except BadRequest:
            return None

    with ThreadPoolExecutor(len(amounts)) as pool:
        ids = [refund_id for refund_id in pool.map(accepted, amounts) if refund_id]
        made = [refunds.find(refund_id, TEST_MERCHANT_ID) for refund_id in ids]
        reserved = sum(int(refund.amount) for refund in made)
        assert reserved == records.find(life.payment_id).amount_refunded <= paid
        list(pool.map(process, ids * 2))

    kept = [refunds.find(refund_id, TEST_MERCHANT_ID) for refund_id in ids]
    processed = sum(int(refund.amount) for refund in kept if refund.status == "processed")
    assert records.find(life.payment_id).amount_refunded == processed


def test_payments_at_the_same_time_pay_an_order_once(drain):
    life = _begin(500)
    order = orders.find(life.order_id)

    def accepted(_):
        return _happens(lambda: accept.create(order, upi(order), None, "r", public=False))

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(accepted, range(8))) == [False] * 7 + [True]
    drain()
    assert orders.find(life.order_id).amount_paid == 500
