"""Disputes as the Razorpay-compatible surface shows and takes them."""

import pytest

from chalicelib.domain import counterparts
from chalicelib.domain.disputes import Cause
from chalicelib.services.entities import happened
from chalicelib.services.events import listing
from tests.support.surface import ask, make
from tests.unit.services.books.shop import captured
from tests.unit.services.disputes.court import contest, decide, dispute

FIELDS = {
    "id", "entity", "payment_id", "amount", "currency", "amount_deducted", "gateway_dispute_id", "reason_code",
    "respond_by", "status", "phase", "created_at", "evidence",
}  # fmt: skip


@pytest.fixture
def made(merchant_id, sent):
    return dispute(captured(merchant_id), 40_000)


def test_a_dispute_is_shown_alone_and_in_a_collection(made):
    status, shown = ask("GET", f"disputes/{made.id}")
    assert (status, shown.keys(), shown["status"], shown["amount_deducted"]) == (200, FIELDS, "open", 0)
    assert (shown["respond_by"], shown["evidence"]["submitted_at"]) == (int(made.respond_by), None)
    assert shown in ask("GET", "disputes")[1]["items"]


def test_an_accepted_dispute_is_deducted(made):
    accepted = make(f"disputes/{made.id}/accept", None)
    assert (accepted["status"], accepted["amount_deducted"]) == ("lost", 40_000)


def test_evidence_is_submitted_by_the_surfaces_names(made):
    body = {"action": "submit", "amount": 40_000, "summary": "delivered", "shipping_proof": ["doc_1"], "other": "x"}
    status, contested = ask("PATCH", f"disputes/{made.id}/contest", body)
    assert (status, contested["status"]) == (200, "under_review")
    given = contested["evidence"]
    assert (given["summary"], given["shipping_proof"], given["others"]) == ("delivered", ["doc_1"], None)
    assert given["submitted_at"] is not None


@pytest.mark.parametrize("body", [{}, {"action": "draft", "summary": "x"}, {"action": "submit", "summary": "x" * 1001}])
def test_a_contest_without_submitted_evidence_is_refused(made, body):
    status, refused = ask("PATCH", f"disputes/{made.id}/contest", body)
    assert (status, refused["error"]["code"]) == (400, "BAD_REQUEST_ERROR")
    assert ask("GET", f"disputes/{made.id}")[1]["status"] == "open"


def test_a_dispute_that_has_ended_takes_no_action(made):
    make(f"disputes/{made.id}/accept", None)
    status, refused = ask("POST", f"disputes/{made.id}/accept")
    sentence = "Action not allowed when dispute is in lost status."
    assert (status, refused["error"]["description"]) == (400, sentence)


def told(dispute):
    """The webhooks of a dispute in the surface's format, oldest first: (name, body)."""
    events = sorted(listing._of_object(dispute.merchant_id, dispute.id).found, key=lambda event: event.sequence)
    return [(name, happened.webhook(event, name)) for event in events for name in counterparts.made_from(event)]


@pytest.mark.parametrize(("cause", "ends"), [(Cause.WIN, "won"), (Cause.LOSE, "lost")])
def test_every_step_of_a_dispute_is_told_as_it_was_at_that_moment(made, cause, ends):
    at_first = ask("GET", f"disputes/{made.id}")[1]
    contest(made, {"summary": "delivered"})
    decide(made, cause)

    webhooks = told(made)

    assert [name for name, _ in webhooks] == [f"payment.dispute.{step}" for step in ("created", "under_review", ends)]
    shown = [body["payload"]["dispute"]["entity"] for _, body in webhooks]
    assert (shown[0], shown[-1]) == (at_first, ask("GET", f"disputes/{made.id}")[1])
    for _, body in webhooks:
        assert body["contains"] == ["payment", "dispute"]
        assert body["payload"]["payment"]["entity"]["id"] == made.payment_id
