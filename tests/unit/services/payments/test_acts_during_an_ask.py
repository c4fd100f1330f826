"""An act of the sandbox on an object about which the bank is being asked: it takes effect, or it is refused."""

from types import SimpleNamespace

import pytest

from chalicelib.acquirers.simulated import memory
from chalicelib.acquirers.simulated.bank import SimulatedBank
from chalicelib.acquirers.transfers.simulated import SimulatedTransfers
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.orders import CaptureMode
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.persistence.settlements import Settlement
from chalicelib.queues import SETTLEMENTS, job
from chalicelib.sandbox import payments, refunds, settlements
from chalicelib.sandbox.acts import Act, Overtaken
from chalicelib.services.books.settlements import processing as transfers
from chalicelib.services.payments import records, settlement
from chalicelib.services.refunds import processing
from chalicelib.services.refunds import records as refund_records
from tests.unit.services.money import new_order, pay, process, refund, settle, work_of


@pytest.fixture
def call(merchant_id):
    return SimpleNamespace(merchant_id=merchant_id, request_id="r")


@pytest.fixture
def during(monkeypatch):
    """Lets something happen once, after the bank has found its answer and before the worker hears of it."""

    def patch(bank, verb, happen):
        answered, left = getattr(bank, verb), [happen]

        def ask(self, *asked):
            answer = answered(self, *asked)
            while left:
                left.pop()()
            return answer

        monkeypatch.setattr(bank, verb, ask)

    return patch


@pytest.fixture
def captured(merchant_id, sent):
    """A payment whose money the simulated bank has taken."""
    payment_id = pay(new_order(merchant_id, capture=CaptureMode.AUTOMATIC))
    settle(payment_id)
    return records.find(payment_id)


def ended(payment_id):
    found = records.find(payment_id)
    return found.state, found.error_code


@pytest.mark.parametrize(
    ("action", "state", "code"),
    [("decline", "failed", "PAYMENT_DECLINED"), ("expire", "failed", "PAYMENT_EXPIRED"), ("silence", "pending", None)],
)
def test_an_act_while_the_bank_approves_decides_the_payment(order, call, during, action, state, code):
    payment_id = pay(order)
    during(SimulatedBank, "start", lambda: payments.act(payment_id, Act(action), call))
    settlement.process([work_of(payment_id)])
    settlement.process([work_of(payment_id)])
    assert ended(payment_id) == (state, code)


def test_an_act_while_the_bank_refuses_a_refund_decides_the_refund(captured, call, during):
    refund_id = refund(captured, 700)
    during(SimulatedBank, "refund", lambda: refunds.act(refund_id, Act("decline"), call))
    processing.process([work_of(refund_id)])
    process(refund_id)
    assert refund_records.find(refund_id, captured.merchant_id).status == "failed"


def test_an_act_while_the_bank_pays_out_decides_the_settlement(captured, call, during):
    wanted = settlements.SettleNow(pending=True)
    settlement_id = settlements.settle(captured.merchant_id, wanted, "r")["data"][0]["id"]
    during(SimulatedTransfers, "transfer", lambda: settlements.act(settlement_id, Act("returned"), call))
    for _ in range(2):
        transfers.process([job(SETTLEMENTS, settlement_id, "r")])
    assert Settlement.find(settlement_id).status == "returned"


def test_an_act_on_a_payment_that_moves_at_the_same_moment_is_refused_and_changes_nothing(order, call, monkeypatch):
    payment_id = pay(order)
    looked = payments.records.find
    seen = looked(payment_id)
    settle(payment_id)
    monkeypatch.setattr(payments.records, "find", lambda _: seen)
    with pytest.raises(Overtaken):
        payments.act(payment_id, Act("decline"), call)
    monkeypatch.setattr(payments.records, "find", looked)
    assert (ended(payment_id), Payment.find(payment_id).script) == (("authorized", None), None)
    assert memory.find(payment_id) is None  # the bank goes on as before


def test_an_act_on_a_refund_that_ends_at_the_same_moment_is_refused(captured, call, monkeypatch):
    refund_id = refund(captured, 300)
    seen = Refund.find(refund_id)
    process(refund_id)
    monkeypatch.setattr(refunds.records, "find", lambda *_: seen)
    with pytest.raises(Overtaken):
        refunds.act(refund_id, Act("decline"), call)


def test_a_partly_refunded_authorisation_takes_no_expiry(paid, call):
    process(refund(paid, 300))
    with pytest.raises(BadRequest, match="does not expire"):
        payments.act(paid.id, Act("expire"), call)
