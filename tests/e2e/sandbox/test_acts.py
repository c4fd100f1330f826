"""Every legal ending of a payment and a refund in one request, and no other."""

import time

import pytest

from chalicelib.domain.payments import EDGES, State
from chalicelib.sandbox.payments import ACTS, AWAITING

# Acts that lead to a state from a fresh payment, which the bank does not answer by itself.
WAYS = {
    "pending": [],
    AWAITING: ["challenge"],
    "authorized": ["approve"],
    "failed": ["decline"],
    "captured": ["approve", "capture"],
    "voided": ["approve", "void"],
}
FACES = {
    "authorized": {"status": "success", "captured": False},
    "captured": {"status": "success", "captured": True},
    "failed": {"status": "failed"},
    "voided": {"status": "voided"},
}
ENDINGS = [
    ("pending", "approve", {"status": "success"}),
    ("pending", "decline", {"status": "failed", "error_code": "PAYMENT_DECLINED"}),
    ("pending", "expire", {"status": "failed", "error_code": "PAYMENT_EXPIRED"}),
    (AWAITING, "approve", {"status": "success"}),
    (AWAITING, "decline", {"status": "failed", "error_code": "PAYMENT_DECLINED"}),
    (AWAITING, "cancel", {"status": "failed", "error_code": "PAYMENT_CANCELLED"}),
    (AWAITING, "respond", {"status": "pending", "next_action": None}),
    (AWAITING, "expire", {"status": "failed", "error_code": "PAYMENT_EXPIRED"}),
    ("authorized", "capture", {"status": "success", "captured": True}),
    ("authorized", "void", {"status": "voided"}),
    ("authorized", "expire", {"status": "voided"}),
    ("failed", "late_approve", {"status": "success", "late": True}),
]


def led_to(sandbox, situation):
    payment = sandbox.pay()
    for action in WAYS[situation]:
        sandbox.act(payment, action)
        reached = {"challenge": None, "capture": "captured", "void": "voided", "approve": "authorized"}
        if action == "challenge":
            sandbox.client.until(f"/api/v1/payments/{payment['id']}", lambda shown: shown["next_action"])
        else:
            sandbox.until(payment, **FACES[reached.get(action, "failed")])
    return payment


@pytest.mark.parametrize(("situation", "action", "ending"), ENDINGS)
def test_an_act_ends_a_payment_as_it_says(sandbox, situation, action, ending):
    payment = led_to(sandbox, situation)
    sandbox.act(payment, action)
    sandbox.until(payment, **ending)


@pytest.mark.parametrize("situation", WAYS)
def test_an_illegal_act_changes_nothing_and_names_the_legal_acts(sandbox, situation):
    payment = led_to(sandbox, situation)
    error = sandbox.act(payment, "explode", status=400)["error"]
    assert error["field"] == "action"
    assert all(action in error["description"] for action in ACTS[situation])
    assert ACTS[situation] or "no act" in error["description"]


def test_every_state_has_its_acts_and_every_way_out_of_it_is_one_of_them():
    assert set(ACTS) == {*State, AWAITING} - {State.REQUIRES_ACTION}
    left = {edge.source for edge in EDGES}
    assert {state for state in State if not ACTS[AWAITING if state == State.REQUIRES_ACTION else state]} == (
        set(State) - left
    )


def test_a_decline_carries_the_code_that_was_asked_for(sandbox):
    payment = sandbox.pay()
    sandbox.act(payment, "decline", code="INSUFFICIENT_FUNDS")
    sandbox.until(payment, status="failed", error_code="INSUFFICIENT_FUNDS")
    sandbox.act(sandbox.pay(), "decline", code="NO_REASON", status=400)


def test_a_silent_bank_stays_silent_until_it_is_told_to_answer(sandbox):
    payment = sandbox.pay(script="working 1m, approve")
    sandbox.act(payment, "silence")
    sandbox.advance(3600)
    sandbox.until(payment, status="pending")
    sandbox.act(payment, "approve")
    sandbox.until(payment, status="success")


def test_an_act_while_the_bank_is_asked_takes_effect(sandbox):
    payment = sandbox.pay(script="wait 3s, approve")
    time.sleep(1)  # the worker has asked, and the bank takes three seconds
    sandbox.act(payment, "decline", code="LOST_CARD")
    sandbox.until(payment, status="failed", error_code="LOST_CARD")


def test_an_act_that_races_the_worker_takes_effect_or_is_refused(sandbox):
    answers = [_acted_at_once(sandbox) for _ in range(10)]
    assert all((status == 200) == (code == "LOST_CARD") for status, code in answers), answers
    assert {status for status, _ in answers} <= {200, 400, 409}


def _acted_at_once(sandbox):
    """Declines a payment that its bank approves, as soon as it is there. Returns the act's status and how it ended."""
    payment = sandbox.client.pay_by_card(sandbox.client.order()["id"])
    answer = sandbox.ask("POST", f"payments/{payment['id']}/act", {"action": "decline", "code": "LOST_CARD"})
    ended = sandbox.client.until(f"/api/v1/payments/{payment['id']}", lambda shown: shown["status"] != "pending")
    return answer.status_code, ended["error_code"]


@pytest.mark.parametrize(("action", "status"), [("approve", "processed"), ("decline", "failed")])
def test_an_act_ends_a_refund(sandbox, action, status):
    payment = sandbox.pay(script="approve, refund silence", capture="automatic")
    sandbox.until(payment, captured=True)
    refund = sandbox.client.post(f"/api/v1/payments/{payment['id']}/refunds", {}).json()

    sandbox.act(refund, action, kind="refunds")

    ended = sandbox.client.until_settled(f"/api/v1/refunds/{refund['id']}")
    assert ended["status"] == status
    assert "no act" in sandbox.act(refund, "approve", status=400, kind="refunds")["error"]["description"]


def test_another_merchants_refund_is_not_found(stage, sandbox):
    payment = sandbox.pay(script="approve, refund silence", capture="automatic")
    sandbox.until(payment, captured=True)
    refund = sandbox.client.post(f"/api/v1/payments/{payment['id']}/refunds", {}).json()
    stage.act(refund, "approve", status=404, kind="refunds")
