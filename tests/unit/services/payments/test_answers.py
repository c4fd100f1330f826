"""What follows from each answer of a bank, in each state."""

import pytest

from chalicelib.acquirers.base import ActionNeeded, Approved, Declined, NotFound, Unknown, Working
from chalicelib.domain import clock
from chalicelib.domain.payments import CHALLENGE_SECONDS, GIVE_UP_SECONDS, Cause, State
from chalicelib.services.asking import next_wait
from chalicelib.services.payments import answers
from chalicelib.services.payments.answers import LATE_INQUIRIES
from chalicelib.services.payments.tasks import Task
from tests.unit.services.money import NOW, record

LIVE = ("pending", "requires_action")
AT = NOW + 10
ASKED = {"asked_at": clock.iso(NOW)}
ACTION = {"type": "redirect", "url": "https://bank.example/", "expires_at": NOW + 600}
REDIRECT = ActionNeeded("redirect", "https://bank.example/")


def live(state, **more):
    acting = {"next_action": ACTION} if state == "requires_action" else {}
    return record(State(state), **ASKED | acting | more)


def said(payment, answer, at=AT, task=Task.INQUIRE):
    step = answers.step_of(task, payment, answer, at, "r")
    assert (step.payment, step.at, step.request_id) == (payment, at, "r")
    return step.edge and (step.edge.cause, step.edge.target), dict(step.brings)


@pytest.mark.parametrize("state", LIVE)
def test_a_bank_that_holds_the_money_authorises(state):
    assert said(live(state), Approved("b1")) == (("authorize", "authorized"), {"bank_reference": "b1"})


@pytest.mark.parametrize("state", LIVE)
def test_a_bank_that_was_asked_to_take_the_money_captures(state):
    edge, brings = said(live(state, auto_capture=True, capture_within=60), Approved("b1"))
    assert (edge, brings) == (("capture", "captured"), {"bank_reference": "b1"})


@pytest.mark.parametrize("state", LIVE)
def test_a_time_to_capture_runs_from_the_authorisation(state):
    assert said(live(state, capture_within=60), Approved())[1]["deadline_at"] == AT + 60


def test_a_reference_that_is_known_is_kept():
    assert said(live("pending", bank_reference="old"), Approved())[1]["bank_reference"] == "old"


@pytest.mark.parametrize("state", LIVE)
@pytest.mark.parametrize(("again", "deadline"), [(None, None), (300.0, AT + 300)])
def test_a_refusal_fails_and_may_be_asked_about_again(state, again, deadline):
    edge, brings = said(live(state), Declined("CARD_DECLINED", again))
    assert edge == ("decline", "failed")
    assert brings == {"error_code": "CARD_DECLINED", "deadline_at": deadline}


def test_a_payer_who_is_to_act_gets_ten_minutes_where_the_bank_names_no_time():
    edge, brings = said(live("pending"), REDIRECT)
    assert edge == ("challenge", "requires_action")
    assert brings["next_action"] == ACTION | {"expires_at": AT + CHALLENGE_SECONDS}
    assert brings["deadline_at"] == AT + 5


def test_a_payer_has_the_time_that_the_bank_names_and_is_looked_at_by_then():
    brings = said(live("pending"), ActionNeeded("upi_qr", "upi://pay", AT + 3, "b1"))[1]
    assert (brings["next_action"]["expires_at"], brings["deadline_at"], brings["bank_reference"]) == (
        AT + 3,
        AT + 3,
        "b1",
    )


def test_a_payer_who_still_has_to_act_is_asked_about_again():
    edge, brings = said(live("requires_action", inquiries=1), REDIRECT)
    assert edge is None
    assert (brings["inquiries"], brings["deadline_at"]) == (2, AT + 10)
    assert "next_action" not in brings


@pytest.mark.parametrize("answer", [REDIRECT, Unknown(), NotFound()])
def test_a_payer_whose_time_is_over_loses_the_payment(answer):
    edge, brings = said(live("requires_action"), answer, NOW + 600)
    assert (edge, brings) == (("expire", "failed"), {"error_code": "PAYMENT_EXPIRED"})


def test_a_payer_who_has_acted_is_waited_for_no_more():
    edge, brings = said(live("requires_action"), Working())
    assert edge == ("respond", "pending")
    assert brings["next_action"] is None


def test_a_payer_who_acted_in_the_last_moment_has_acted():
    edge, brings = said(live("requires_action"), Working(ask_again_in=30), NOW + 601)
    assert edge == ("respond", "pending")
    assert brings["deadline_at"] == NOW + 631


def test_a_bank_that_still_works_is_asked_again_when_it_says():
    edge, brings = said(live("pending"), Working(ask_again_in=77, reference="b1"))
    assert edge is None
    assert (brings["deadline_at"], brings["bank_reference"], brings["inquiries"]) == (AT + 77, "b1", 1)


@pytest.mark.parametrize("answer", [Unknown(), Working()])
def test_waits_grow_from_five_seconds_to_ten_minutes(answer):
    waits = [said(live("pending", inquiries=n), answer)[1]["deadline_at"] - AT for n in (0, 1, 2, 3, 6, 7, 50)]
    assert waits == [5, 10, 20, 40, 320, 600, 600]


@pytest.mark.parametrize("answer", [Unknown(), Working()])
def test_the_first_question_is_remembered_and_kept(answer):
    assert said(record(), answer, task=Task.START)[1]["asked_at"] == clock.iso(AT)
    assert said(live("pending"), answer)[1]["asked_at"] == clock.iso(NOW)


def test_the_last_question_comes_when_the_payment_is_given_up():
    late = NOW + GIVE_UP_SECONDS - 100
    assert said(live("pending", inquiries=50), Unknown(), late)[1]["deadline_at"] == NOW + GIVE_UP_SECONDS


@pytest.mark.parametrize("answer", [Unknown(), Working(), NotFound()])
def test_a_payment_without_an_outcome_is_given_up_after_a_day(answer):
    edge, brings = said(live("pending"), answer, NOW + GIVE_UP_SECONDS)
    assert (edge, brings) == (("expire", "failed"), {"error_code": "PAYMENT_EXPIRED"})


def test_a_bank_that_never_heard_of_it_is_asked_anew():
    edge, brings = said(live("pending"), NotFound())
    assert edge is None
    assert (brings["asked_at"], brings["deadline_at"]) == (None, AT + 5)


def test_a_card_of_which_the_bank_never_heard_is_gone():
    assert said(live("pending", method="card"), NotFound())[0] == ("expire", "failed")


def failed(**more):
    return record(State.FAILED, error_code="CARD_DECLINED", **{"deadline_at": AT} | more)


@pytest.mark.parametrize(("auto", "target"), [(None, ("authorize", "authorized")), (True, ("capture", "captured"))])
def test_a_yes_after_a_no_is_a_late_success(auto, target):
    step = answers.step_of(Task.INQUIRE, failed(auto_capture=auto), Approved("b1"), AT, "r")
    assert (step.edge.cause, step.edge.target) == target
    assert step.edge.late
    assert step.brings == {"bank_reference": "b1"}


@pytest.mark.parametrize(
    ("answer", "deadline"),
    [
        (Declined("X", 60), AT + 60), (Declined("X"), None), (NotFound(), None), (Unknown(), AT + 10),
        (Working(), AT + 10), (Working(77), AT + 77),
    ],
)  # fmt: skip
def test_a_failed_payment_of_which_there_is_no_news_stays_failed(answer, deadline):
    assert said(failed(inquiries=1), answer) == (None, {"deadline_at": deadline, "inquiries": 2 if deadline else None})


@pytest.mark.parametrize("answer", [Unknown(), Working()])
def test_a_failed_payment_is_asked_about_for_a_day_and_no_longer(answer):
    waits = sum(next_wait(number) for number in range(LATE_INQUIRIES))
    assert abs(waits - GIVE_UP_SECONDS) < GIVE_UP_SECONDS / 10
    cleared = {"deadline_at": None, "inquiries": None}
    assert said(failed(inquiries=LATE_INQUIRIES), answer) == (None, cleared)


def test_a_late_success_that_no_order_takes_is_released():
    step = answers.too_late(answers.step_of(Task.INQUIRE, failed(), Approved("b1"), AT, "r"))
    assert (step.edge.cause, step.edge.target, step.edge.late) == (Cause.VOID, State.VOIDED, True)
    assert step.brings == {"instruction": "void", "deadline_at": AT, "bank_reference": "b1"}


@pytest.mark.parametrize(("task", "state"), [(Task.CAPTURE, State.CAPTURED), (Task.VOID, State.VOIDED)])
def test_an_instruction_ends_when_the_bank_confirms_it(task, state):
    told = record(state, instruction=str(task), deadline_at=NOW, inquiries=3)
    cleared = {"instruction": None, "deadline_at": None, "inquiries": None}
    assert said(told, Approved(), task=task) == (None, cleared)


@pytest.mark.parametrize("answer", [Declined("CAPTURE_FAILED"), Unknown(), Working()])
def test_a_bank_that_does_not_confirm_is_told_again_and_again(answer):
    told = record(State.CAPTURED, instruction="capture", deadline_at=NOW, inquiries=2)
    assert said(told, answer, task=Task.CAPTURE) == (None, {"inquiries": 3, "deadline_at": AT + 20})


def test_an_authorised_payment_whose_time_is_over_is_released():
    step = answers.expired(record(State.AUTHORIZED, deadline_at=AT), AT, "r")
    assert (step.edge.target, step.brings) == (State.VOIDED, {"instruction": "void", "deadline_at": AT})


def test_a_deadline_that_applies_no_more_is_taken_away():
    step = answers.stay(record(State.AUTHORIZED), AT, "r")
    assert (step.edge, step.brings) == (None, {"deadline_at": None})
