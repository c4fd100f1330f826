"""Plain writes while a transaction of somebody else holds their item."""

import pytest
from botocore.exceptions import ClientError
from pynamodb.exceptions import UpdateError

from chalicelib.domain.errors import Unavailable
from chalicelib.persistence import base
from chalicelib.persistence.deliveries import Delivery

CHANGE = ([Delivery.attempts.set(1)], Delivery.id.exists())


@pytest.fixture
def answers(monkeypatch):
    """What DynamoDB answers to each update in turn: an error's code, or None; returned is what is left."""
    left = []

    def update(*_):
        if code := left.pop(0):
            raise UpdateError("refused", ClientError({"Error": {"Code": code}}, "UpdateItem"))

    monkeypatch.setattr(Delivery, "update", update)
    monkeypatch.setattr(base, "FIRST_PAUSE", 0)
    return left


def test_a_change_is_repeated_while_a_transaction_holds_its_item(answers):
    answers += ["TransactionConflictException", "TransactionConflictException", None, "not asked for"]
    assert Delivery("d").change(*CHANGE)
    assert answers == ["not asked for"]


def test_a_change_whose_item_is_held_on_and_on_is_unavailable(answers):
    answers += ["TransactionConflictException"] * base.ATTEMPTS
    with pytest.raises(Unavailable):
        Delivery("d").change(*CHANGE)
    assert answers == []


def test_a_change_that_is_refused_or_fails_is_not_repeated(answers):
    answers += ["ConditionalCheckFailedException", "ValidationException"]
    assert not Delivery("d").change(*CHANGE)
    with pytest.raises(Unavailable):
        Delivery("d").change(*CHANGE)
