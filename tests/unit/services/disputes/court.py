"""What the tests of disputes share."""

from uuid import uuid4

from chalicelib.domain.disputes import Phase
from chalicelib.queues import PAYMENTS, job
from chalicelib.services.disputes import answering, deciding, opening, records
from chalicelib.services.disputes.opening import Claim
from chalicelib.services.payments import settlement
from tests.unit.services.books.shop import DAY

RESPONSE = 7 * DAY
EVIDENCE = {"summary": "It was delivered", "proofs": ["a", "b"], "weight": 1.5}


def dispute(payment, amount=None):
    """Opens a dispute of its own, by default for all that is left."""
    claim = Claim(amount or payment.amount, "goods_not_received", Phase.CHARGEBACK, RESPONSE, f"case {uuid4()}")
    return opening.create(payment.merchant_id, payment.id, claim, "r")


def accept(made):
    answering.accept(made.merchant_id, made.id, None, "r")
    return records.find(made.id, made.merchant_id)


def contest(made, evidence=EVIDENCE):
    answering.contest(made.merchant_id, made.id, evidence, None, "r")
    return records.find(made.id, made.merchant_id)


def decide(made, cause):
    deciding.decide(made.merchant_id, made.id, cause, "r")
    return records.find(made.id, made.merchant_id)


def work_off(made):
    """The worker gets the message of the dispute's deadline, and finishes it."""
    assert settlement.process([job(PAYMENTS, made.id, "r")]) == []
    return records.find(made.id, made.merchant_id)
