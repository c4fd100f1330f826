"""What a message finds to do is read from the record."""

import pytest

from chalicelib.domain import clock
from chalicelib.domain.payments import GIVE_UP_SECONDS, State
from chalicelib.queues import PAYMENTS, Job
from chalicelib.services.asking import TOLERANCE
from chalicelib.services.payments.tasks import Task, due_at, gives_up_at, is_overtaken, task_of
from tests.unit.services.money import NOW, record

ASKED = {"asked_at": clock.iso(NOW)}
CARD = {"method": "card", "deadline_at": NOW + 3600}
ACTION = {"next_action": {"type": "redirect", "url": "https://bank.example/", "expires_at": NOW + 600}}


def work(due=NOW, key="", receives=1):
    return Job(PAYMENTS, "pay_1", due, NOW, "r", receives, key)


@pytest.mark.parametrize(
    ("state", "known", "message", "task"),
    [
        ("pending", {}, work(), Task.START),
        ("pending", {}, work(NOW + TOLERANCE), Task.START),
        ("pending", {}, work(NOW + TOLERANCE + 0.1), Task.WAIT),
        ("pending", {}, work(NOW + 7200), Task.WAIT),
        ("pending", {"deadline_at": NOW}, work(), Task.START),
        ("pending", CARD, work(key="k"), Task.START),
        ("pending", CARD, work(NOW + 7200, key="k"), Task.WAIT),
        ("pending", CARD, work(), Task.NOTHING),
        ("pending", CARD | {"deadline_at": NOW}, work(), Task.INQUIRE),
        ("pending", CARD | {"deadline_at": NOW}, work(key="k"), Task.START),
        ("pending", ASKED | {"deadline_at": NOW + 5}, work(), Task.WAIT),
        ("pending", ASKED | {"deadline_at": NOW + TOLERANCE}, work(), Task.INQUIRE),
        ("requires_action", ASKED | ACTION | {"deadline_at": NOW + 5}, work(), Task.WAIT),
        ("requires_action", ASKED | ACTION | {"deadline_at": NOW}, work(), Task.INQUIRE),
        ("authorized", {"deadline_at": None}, work(), Task.NOTHING),
        ("authorized", {"deadline_at": NOW + 60}, work(), Task.WAIT),
        ("authorized", {"deadline_at": NOW}, work(), Task.RELEASE),
        ("captured", {"deadline_at": None}, work(), Task.NOTHING),
        ("captured", {"deadline_at": NOW + 30, "instruction": "capture"}, work(), Task.WAIT),
        ("captured", {"deadline_at": NOW, "instruction": "capture"}, work(), Task.CAPTURE),
        ("voided", {"deadline_at": NOW, "instruction": "void"}, work(), Task.VOID),
        ("voided", {"deadline_at": None}, work(), Task.NOTHING),
        ("failed", {"deadline_at": None}, work(), Task.NOTHING),
        ("failed", {"deadline_at": NOW + 60}, work(), Task.WAIT),
        ("failed", {"deadline_at": NOW}, work(), Task.INQUIRE),
    ],
)
def test_the_record_says_what_is_due(state, known, message, task):
    assert task_of(record(State(state), **known), message, NOW) == task


def test_a_payment_that_was_never_started_in_its_time_is_asked_about_and_not_started_any_more():
    assert task_of(record(), work(NOW + GIVE_UP_SECONDS), NOW + GIVE_UP_SECONDS) == Task.INQUIRE


@pytest.mark.parametrize(
    ("known", "moment"),
    [({}, NOW + 7200), (ASKED | {"deadline_at": NOW + 5}, NOW + 5)],
    ids=["a new one by its message", "an asked one by its record"],
)
def test_one_that_waits_knows_until_when(known, moment):
    assert due_at(record(**known), work(NOW + 7200)) == moment


def test_an_authorised_payment_waits_for_its_deadline_whatever_its_message_says():
    assert due_at(record(State.AUTHORIZED, deadline_at=NOW + 60), work(NOW + 9)) == NOW + 60


def test_a_payment_is_given_up_after_a_day_and_while_the_payer_is_to_act_after_his_time():
    assert gives_up_at(record()) == NOW + 24 * 3600
    assert gives_up_at(record(State.REQUIRES_ACTION, **ACTION)) == NOW + 600


@pytest.mark.parametrize(
    ("due", "receives", "overtaken"), [(NOW + 1, 1, True), (NOW - 1, 1, False), (NOW + 1, 2, False), (NOW, 1, False)]
)
def test_a_deadline_that_the_record_has_met_already_has_nothing_to_repeat(due, receives, overtaken):
    settled = record(State.AUTHORIZED, deadline_at=None)  # its last change was at NOW
    assert is_overtaken(settled, work(due, receives=receives)) is overtaken
