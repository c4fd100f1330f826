import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib import aws, queues
from chalicelib.config import settings
from chalicelib.domain import clock
from chalicelib.domain.errors import Unavailable
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


class Lambda:
    """As a client of Lambda: its mappings, in pages."""

    def __init__(self, *pages):
        self.pages = pages

    def get_paginator(self, operation):
        assert operation == "list_event_source_mappings"
        return self

    def paginate(self):
        return [{"EventSourceMappings": list(page)} for page in self.pages]


def mapping(queue, state="Enabled"):
    return {"EventSourceArn": f"arn:aws:sqs:us-east-1:1:{settings().stack_name}-{queue}", "State": state}


@pytest.mark.parametrize(
    ("last", "runs"),
    [([mapping("deliveries-slow")], True), ([mapping("deliveries-slow", "Disabled")], False), ([], False)],
)
def test_workers_run_if_every_queue_is_polled_on_whatever_page_that_stands(last, runs, monkeypatch):
    function = Lambda([mapping("payments"), {"State": "Disabled"}], [mapping("refunds"), mapping("deliveries")], last)
    monkeypatch.setattr(aws, "client", lambda _: function)
    assert jobs._worker_runs() is runs


def test_a_lambda_that_does_not_answer_is_a_dependency_that_does_not(monkeypatch):
    def fail():
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:9")

    function = Lambda()
    function.paginate = fail
    monkeypatch.setattr(aws, "client", lambda _: function)
    with pytest.raises(Unavailable):
        jobs._worker_runs()
