"""Disputes over HTTP: the merchant's routes, and the sandbox's, where the payer's bank acts."""

import pytest

from chalicelib.acquirers import acquirer
from chalicelib.domain import clock
from chalicelib.domain.webhooks import Event
from chalicelib.queues import PAYMENTS, job
from chalicelib.sandbox import triggers
from chalicelib.services.merchants import accounts, credentials
from chalicelib.services.payments import settlement
from tests.unit.services.payments.test_a_payments_life_over_http import UPI, Caller

EVIDENCE = {"evidence": {"summary": "It was delivered"}}


@pytest.fixture
def caller(tables):
    return Caller(accounts.create("Court", f"{credentials.new_pair().key}@court.example").pair)


@pytest.fixture
def payment(caller):
    return caller.pay(UPI, capture="automatic")


def opened(caller, payment, **more):
    return caller.ask("POST", "/sandbox/disputes", {"payment_id": payment["id"], **more}, 201)


def test_a_dispute_is_listed_by_its_status_and_its_payment(caller, payment):
    first, second = opened(caller, payment, amount=100), opened(caller, payment, amount=200)
    caller.ask("POST", f"/disputes/{first['id']}/accept")
    for query, expected in {
        "?status=lost": [first], "?status=open": [second], f"?payment_id={payment['id']}": [second, first],
        "": [second, first], "?status=won": [],
    }.items():  # fmt: skip
        shown = caller.ask("GET", f"/disputes{query}")
        assert [row["id"] for row in shown["data"]] == [one["id"] for one in expected], query
    assert caller.ask("GET", "/disputes?limit=1")["next_cursor"]
    caller.ask("GET", "/disputes?status=closed", status=400)
    caller.ask("GET", "/disputes?payment_id=pay_nothing", status=404)


def test_an_answer_with_a_key_is_repeated_and_not_given_twice(caller, payment):
    made = opened(caller, payment)
    once = {"Idempotency-Key": "one"}
    first = caller.ask("POST", f"/disputes/{made['id']}/contest", EVIDENCE, headers=once)
    assert caller.ask("POST", f"/disputes/{made['id']}/contest", EVIDENCE, headers=once) == first
    assert (first["status"], first["evidence"]) == ("under_review", EVIDENCE["evidence"])
    error = caller.ask("POST", f"/disputes/{made['id']}/contest", EVIDENCE, 400)["error"]
    assert error["reason"] == "dispute_not_open"


@pytest.mark.parametrize(
    "body", [{}, {"evidence": {}}, {"evidence": []}, {"evidence": "x"}, {"evidence": {"a": "x" * 20_000}}]
)
def test_evidence_that_makes_no_sense_is_refused(caller, payment, body):
    made = opened(caller, payment)
    assert caller.ask("POST", f"/disputes/{made['id']}/contest", body, 400)["error"]["field"] == "evidence"


def test_the_payers_bank_decides_in_the_sandbox(caller, payment):
    made = opened(caller, payment, amount=100, reason="fraudulent", phase="fraud", respond_within=60)
    assert (made["reason"], made["phase"], made["status"]) == ("fraudulent", "fraud", "open")
    acted = caller.ask("POST", f"/sandbox/disputes/{made['id']}/act", {"action": "win"})
    assert acted["status"] == caller.ask("GET", f"/disputes/{made['id']}")["status"] == "won"
    error = caller.ask("POST", f"/sandbox/disputes/{made['id']}/act", {"action": "lose"}, 400)["error"]
    assert "no act" in error["description"]


def test_the_sandboxs_bank_sends_signed_notices_as_a_real_one_does(caller, payment, monkeypatch):
    read, told = acquirer().read_notification, []
    monkeypatch.setattr(acquirer(), "read_notification", lambda *signed: told.append(read(*signed)) or told[-1])
    made = opened(caller, payment, amount=100, respond_within=60)
    caller.ask("POST", f"/sandbox/disputes/{made['id']}/act", {"action": "lose"})
    assert [(one.payment_id, one.amount, one.verdict) for one in told] == [
        (payment["id"], 100, "open"), (payment["id"], 100, "lost"),
    ]  # fmt: skip
    assert len({one.reference for one in told}) == 1
    assert round(clock.seconds(made["respond_by"]) - clock.seconds(made["created_at"])) == 60


def test_a_dispute_of_more_than_is_left_is_refused_in_the_sandbox(caller, payment):
    opened(caller, payment, amount=payment["amount"] - 1)
    body = {"payment_id": payment["id"], "amount": 2}
    assert caller.ask("POST", "/sandbox/disputes", body, 400)["error"]["reason"] == "dispute_exceeds_available"
    opened(caller, payment)
    caller.ask("POST", "/sandbox/disputes", {"payment_id": payment["id"]}, 400)


def test_an_illegal_act_names_the_legal_ones(caller, payment):
    made = opened(caller, payment)
    error = caller.ask("POST", f"/sandbox/disputes/{made['id']}/act", {"action": "explode"}, 400)["error"]
    assert "expire, win, lose" in error["description"]


def test_a_stranger_sees_and_answers_no_dispute(caller, payment):
    made = opened(caller, payment)
    stranger = Caller(accounts.create("Other", f"{credentials.new_pair().key}@court.example").pair)
    stranger.ask("GET", f"/disputes/{made['id']}", status=404)
    stranger.ask("POST", f"/disputes/{made['id']}/accept", status=404)
    stranger.ask("POST", f"/disputes/{made['id']}/contest", EVIDENCE, 404)
    stranger.ask("POST", f"/sandbox/disputes/{made['id']}/act", {"action": "win"}, 404)
    stranger.ask("POST", "/sandbox/disputes", {"payment_id": payment["id"]}, 404)
    assert stranger.ask("GET", "/disputes")["data"] == []


def test_each_route_needs_its_scope(caller, payment):
    made = opened(caller, payment)
    for scope, (reads, writes) in {"disputes:read": (200, 403), "disputes:write": (403, 200)}.items():
        pair = caller.ask("POST", "/keys", {"scopes": [scope]}, 201)
        limited = Caller(credentials.Pair(pair["api_key"], pair["api_secret"]))
        limited.ask("GET", f"/disputes/{made['id']}", status=reads)
        limited.ask("GET", "/disputes", status=reads)
        limited.ask("POST", f"/disputes/{made['id']}/accept", status=writes)


@pytest.mark.parametrize("event", [each for each in Event if each.startswith("dispute.")])
def test_every_event_of_a_dispute_can_be_triggered(caller, event, monkeypatch):
    act = triggers.payments.act

    def at_once(payment_id, wanted, call):
        shown = act(payment_id, wanted, call)
        settlement.process([job(PAYMENTS, payment_id, "r")])
        return shown

    monkeypatch.setattr(triggers.payments, "act", at_once)
    made = caller.ask("POST", "/sandbox/trigger", {"event": event}, 201)
    found = caller.ask("GET", f"/events?object_id={made['dispute_id']}")["data"]
    assert event in {each["type"] for each in found}
