import pytest

from chalicelib import queues
from chalicelib.domain import clock
from chalicelib.services import jobs

SENT_AT = 1_795_399_200.0


@pytest.fixture
def sent(monkeypatch):
    out = []
    monkeypatch.setattr(queues, "send", lambda *work: out.extend(work))
    return out


def put_off_at_age(age, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: SENT_AT + age)
    jobs.put_off_or_drop([queues.Job("payments", "pay_1", SENT_AT, SENT_AT)])


@pytest.mark.parametrize(("age", "wait"), [(0.2, 1), (1.5, 1.5), (8, 8)])
def test_a_message_ahead_of_its_record_comes_again_soon_and_then_less_often(age, wait, sent, monkeypatch):
    put_off_at_age(age, monkeypatch)
    assert [work.due_at - (SENT_AT + age) for work in sent] == pytest.approx([wait])


def test_a_message_whose_request_must_be_over_is_dropped(sent, monkeypatch):
    put_off_at_age(jobs.EDGE_SECONDS, monkeypatch)
    assert sent == []
