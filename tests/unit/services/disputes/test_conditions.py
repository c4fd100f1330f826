"""Each rule of disputes holds in the transaction's condition, where a rival wrote after the record was read."""

import pytest

from chalicelib.domain.disputes import Cause
from chalicelib.domain.errors import BadRequest
from chalicelib.persistence.disputes import Dispute
from chalicelib.persistence.payments import Payment
from chalicelib.services.payments import records
from tests.unit.services.books.shop import captured
from tests.unit.services.disputes.court import accept, contest, decide, dispute
from tests.unit.services.money import refund
from tests.unit.services.test_rules_in_conditions import seen


def test_a_refund_of_disputed_money_is_refused_by_the_payments_condition(merchant_id, sent, monkeypatch):
    before = captured(merchant_id)
    dispute(before, 60_000)
    with seen(monkeypatch, Payment, before), pytest.raises(BadRequest, match="exceeds"):
        refund(before, 40_001)
    assert records.find(before.id).amount_refunded == 0


def test_a_dispute_takes_what_a_refund_has_left_by_the_payments_condition(merchant_id, sent, monkeypatch):
    before = captured(merchant_id)
    refund(before, 60_000)
    with seen(monkeypatch, Payment, before):
        dispute(before, 40_001)
    assert records.find(before.id).amount_disputed == 40_000


def test_a_dispute_takes_what_another_has_left_by_the_payments_condition(merchant_id, sent, monkeypatch):
    before = captured(merchant_id)
    dispute(before, 60_000)
    with seen(monkeypatch, Payment, before):
        dispute(before, 40_001)
    assert records.find(before.id).amount_disputed == 100_000


def test_a_dispute_of_refunded_money_is_refused_by_the_payments_condition(merchant_id, sent, monkeypatch):
    before = captured(merchant_id)
    refund(before, None)
    with seen(monkeypatch, Payment, before), pytest.raises(BadRequest, match="exceeds"):
        dispute(before, 1)
    assert records.find(before.id).amount_disputed is None


@pytest.mark.parametrize("late", [accept, contest])
def test_a_dispute_that_was_decided_meanwhile_is_refused_by_its_condition(merchant_id, sent, monkeypatch, late):
    made = dispute(captured(merchant_id))
    decide(made, Cause.WIN)
    with seen(monkeypatch, Dispute, made), pytest.raises(BadRequest, match="Dispute is won"):
        late(made)
    assert records.find(made.payment_id).amount_disputed == 0
