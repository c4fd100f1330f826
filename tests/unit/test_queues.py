import json
from contextlib import nullcontext
from dataclasses import replace
from types import SimpleNamespace

import pytest

from chalicelib import queues
from chalicelib.domain import clock
from chalicelib.domain.errors import Unavailable
from chalicelib.queues import MalformedJob


@pytest.fixture
def now(monkeypatch):
    monkeypatch.setattr(clock, "source", lambda: 1000.0)
    return 1000.0


def test_a_job_is_read_as_it_was_written(now):
    work = queues.job(queues.REFUNDS, "rfnd_1", "r", delay=5)
    assert queues.decode(queues.encode(work)) == work
    assert (work.due_at, work.sent_at, work.age) == (1005.0, 1000.0, 0.0)


def test_a_message_says_what_to_do_and_nothing_about_whom(now):
    message = json.loads(queues.encode(queues.job(queues.PAYMENTS, "pay_1", "r")))
    assert set(message) == {"v", "type", "object_id", "due_at", "sent_at", "request_id"}


def test_a_cards_key_is_in_the_message_of_a_job_that_has_one_and_in_no_other(now):
    work = replace(queues.job(queues.PAYMENTS, "pay_1", "r"), card_key="QUJD+/==")
    assert json.loads(queues.encode(work))["card_key"] == "QUJD+/=="
    assert queues.decode(queues.encode(work)) == work


def test_a_job_is_printed_without_the_cards_key(now):
    assert "QUJD" not in repr(replace(queues.job(queues.PAYMENTS, "pay_1", "r"), card_key="QUJD+/=="))


@pytest.mark.parametrize("key", ["not base64!", "A" * 1025, 17, None, ["QUJD"]])
def test_a_cards_key_that_is_none_is_malformed(now, key):
    message = json.loads(queues.encode(queues.job(queues.PAYMENTS, "pay_1", "r"))) | {"card_key": key}
    with pytest.raises(MalformedJob):
        queues.decode(json.dumps(message))


@pytest.mark.parametrize(
    "body",
    [
        "",
        "x",
        "{}",
        "[]",
        "null",
        '{"v":2,"type":"payments"}',
        '{"v":1,"type":"secrets"}',
        '{"v":1,"type":"payments","object_id":"x","due_at":"soon"}',
        f'{{"v":1,"type":"payments","object_id":"x","due_at":{10**400},"sent_at":0,"request_id":""}}',
    ],
)
def test_what_is_no_job_is_malformed(body):
    with pytest.raises(MalformedJob):
        queues.decode(body)


@pytest.mark.parametrize(("delay", "seconds"), [(0, 0), (0.2, 1), (1, 1), (899.5, 900), (900, 900), (-5, 0)])
def test_a_delay_is_rounded_up_to_what_sqs_takes(now, delay, seconds):
    assert queues._delay(queues.job(queues.PAYMENTS, "pay_1", "r", delay)) == seconds


def test_a_longer_delay_is_cut_to_what_sqs_takes_instead_of_being_refused(now):
    assert queues._delay(queues.job(queues.PAYMENTS, "pay_1", "r", 7200)) == 900


def test_a_job_that_is_put_off_keeps_its_age(now, monkeypatch):
    work = queues.job(queues.PAYMENTS, "pay_1", "r")
    monkeypatch.setattr(clock, "source", lambda: 1010.0)
    later = queues.postponed(work, 5)
    assert (later.due_at, later.sent_at, later.age) == (1015.0, 1000.0, 10.0)


def test_chunks_are_of_the_size_and_lose_nothing():
    assert list(queues.chunks(range(25), 10)) == [range(10), range(10, 20), range(20, 25)]
    assert list(queues.chunks([], 10)) == []


@pytest.mark.parametrize("failed", [[], [{"Id": "1", "Code": "InternalError", "SenderFault": False}]])
def test_a_batch_of_which_the_queue_took_a_part_only_was_not_sent(monkeypatch, failed):
    answers = {"Successful": [{"Id": "0"}], "Failed": failed}
    monkeypatch.setattr(queues.aws, "client", lambda _: SimpleNamespace(send_message_batch=lambda **_: answers))
    monkeypatch.setattr(queues, "url", lambda name: name)
    jobs = [queues.job(queues.PAYMENTS, f"pay_{number}", "r") for number in range(2)]
    with pytest.raises(Unavailable) if failed else nullcontext():
        queues.send(*jobs)


def test_a_merchants_jobs_are_sent_as_a_group_which_sqs_serves_fairly_beside_the_others(monkeypatch):
    sent = []
    client = SimpleNamespace(send_message=lambda **given: sent.append(given))
    monkeypatch.setattr(queues.aws, "client", lambda _: client)
    monkeypatch.setattr(queues, "url", lambda name: name)
    work = queues.job(queues.DELIVERIES, "delivery", "r", merchant_id="merchant-1")
    queues.send(work)
    queues.send(queues.job(queues.DELIVERIES, "delivery", "r"))
    assert [message.get("MessageGroupId") for message in sent] == ["merchant-1", None]
    assert queues.decode(sent[0]["MessageBody"]) == work, "and stay in it when they are put off"


def test_a_merchant_that_sqs_would_refuse_as_a_group_is_no_merchant_of_ours():
    message = json.loads(queues.encode(queues.job(queues.DELIVERIES, "d", "r"))) | {"merchant_id": "a b"}
    with pytest.raises(MalformedJob):
        queues.decode(json.dumps(message))
