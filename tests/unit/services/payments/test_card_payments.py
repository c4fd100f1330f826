"""A card payment's way through the worker."""

import pytest

from chalicelib.acquirers.base import NotFound, Unknown
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.payments import CARD_SECONDS
from chalicelib.persistence.cards import SealedCard
from chalicelib.services.payments import accept, cards, records, settlement
from tests.unit.services.money import NOW, body, by_card, deadlines_of, pay, settle, states, upi, work_of


@pytest.fixture
def card(now, bank, order, sent):
    """A pending card payment and the message that brings its key."""
    payment_id = body(accept.create(order, by_card(order), None, "r", public=False))["id"]
    (start,) = (work for work in sent if work.card_key)
    return payment_id, start


def test_a_card_is_given_to_the_bank_once_and_is_gone_whatever_it_says(card, bank):
    payment_id, start = card
    bank.says(payment_id, Unknown())
    assert settlement.process([start]) == []
    assert bank.requests[0].card.number == "4111111111111111"
    assert SealedCard.find(payment_id) is None
    assert states(payment_id) == ["pending"]


def test_a_card_that_is_gone_before_the_bank_was_asked_fails_the_payment(card, bank):
    payment_id, start = card
    SealedCard(payment_id).delete()
    bank.says(payment_id, NotFound())
    assert settlement.process([start]) == []
    assert bank.verbs(payment_id) == ["inquire"]
    assert records.find(payment_id).error_code == "PAYMENT_EXPIRED"


def test_a_card_whose_row_is_gone_but_of_which_the_bank_knows_settles(card, bank):
    payment_id, start = card
    SealedCard(payment_id).delete()
    assert settlement.process([start]) == []
    assert states(payment_id) == ["authorized"]


def test_a_message_without_the_key_does_not_start_a_card(card, bank):
    payment_id, _ = card
    settle(payment_id)
    assert (bank.verbs(payment_id), states(payment_id)) == ([], ["pending"])


def test_of_two_messages_the_one_with_the_key_starts_the_card(card, bank):
    payment_id, start = card
    assert settlement.process([work_of(payment_id), start]) == []
    assert states(payment_id) == ["authorized"]


def test_a_card_whose_message_is_lost_is_given_up_with_its_card(card, bank, now):
    payment_id, _ = card
    assert NOW + CARD_SECONDS in deadlines_of(payment_id)
    bank.says(payment_id, NotFound())
    now[0] += CARD_SECONDS
    settle(payment_id)
    assert records.find(payment_id).error_code == "PAYMENT_EXPIRED"
    assert SealedCard.find(payment_id) is None


def test_a_key_service_that_fails_returns_the_message_and_keeps_the_card(card, bank, monkeypatch):
    payment_id, start = card

    def fail(*_):
        raise Unavailable("The key service did not answer")

    with monkeypatch.context() as patch:
        patch.setattr(cards, "open_card", fail)
        assert settlement.process([start]) == [start]
    assert (bank.verbs(payment_id), states(payment_id)) == ([], ["pending"])
    assert SealedCard.find(payment_id) is not None
    assert settlement.process([start]) == []
    assert states(payment_id) == ["authorized"]


def test_a_upi_payment_takes_no_card_along(now, bank, order):
    settle(pay(order, upi(order)))
    assert bank.requests[0].card is None
