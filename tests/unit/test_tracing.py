"""Where spans go, what they say, and whose trace work belongs to."""

import io
import json
import socket
from dataclasses import replace

import pytest

from chalicelib import queues, tracing
from chalicelib.config import settings
from chalicelib.domain import traces
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.traces import Trace
from chalicelib.telemetry import logger
from functions import batches

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
TRACEPARENT = f"00-{TRACE}-{SPAN}-01"
HERE = Trace(TRACE, SPAN)
XRAY = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled="


@pytest.fixture
def spans(monkeypatch):
    """The spans that were handed over."""
    kept = []
    tracing._finished.clear()
    monkeypatch.setattr(tracing, "_sink", lambda: kept.extend)
    monkeypatch.setattr(tracing, "_writer", tracing._hand_over)
    yield kept
    tracing._finished.clear()


@pytest.fixture
def on_lambda(monkeypatch):
    def be(header):
        monkeypatch.setattr(tracing, "invocation_trace", lambda: header)
        changed = replace(settings(), aws_xray_daemon_address="127.0.0.1:2000")
        monkeypatch.setattr(tracing, "settings", lambda: changed)

    return be


def made_within(method, traceparent):
    with tracing.request(method, "/payments", traceparent):
        return queues.job(queues.PAYMENTS, "pay_1", "r")


def test_a_job_of_a_request_carries_the_trace_of_the_caller(spans):
    work = made_within("POST", TRACEPARENT)

    (request,) = spans
    assert (request["trace"], request["parent"]) == (TRACE, SPAN)
    assert work.trace == Trace(TRACE, request["id"])
    assert queues.decode(queues.encode(work)) == work


def test_a_job_outside_of_a_trace_has_none():
    work = queues.job(queues.PAYMENTS, "pay_1", "r")
    assert work.trace is None
    assert "traceparent" not in json.loads(queues.encode(work))


@pytest.mark.parametrize("hostile", [1, None, [], TRACEPARENT.upper(), "x" * 100_000, f"{TRACEPARENT}\r\n"])
def test_a_trace_that_makes_no_sense_does_not_keep_a_job_from_its_work(hostile):
    message = json.loads(queues.encode(queues.job(queues.PAYMENTS, "pay_1", "r")))
    assert queues.decode(json.dumps(message | {"traceparent": hostile})).trace is None


def test_a_read_leaves_no_span(spans):
    made_within("GET", TRACEPARENT)
    assert spans == []


def test_on_lambda_xray_decides_what_is_kept_whatever_the_caller_says(spans, on_lambda):
    on_lambda(f"{XRAY}0")
    assert not made_within("POST", TRACEPARENT).trace.sampled
    on_lambda("")
    assert not made_within("POST", TRACEPARENT).trace.sampled
    assert spans == []


def test_on_lambda_a_request_without_a_trace_joins_lambdas(spans, on_lambda):
    on_lambda(f"{XRAY}1")
    made_within("POST", "")

    (request,) = spans
    assert (request["trace"], request["parent"]) == ("5759e988bd862e3fe1be46a994272793", "53995c3f42cd8ad8")


def test_a_request_that_fails_leaves_its_span(spans):
    with pytest.raises(ZeroDivisionError), tracing.request("POST", "/payments", ""):
        raise ZeroDivisionError
    assert [span["name"] for span in spans] == ["request"]


def test_log_lines_name_the_trace_of_their_work_and_no_other(monkeypatch):
    written, other = io.StringIO(), traces.new().child()
    monkeypatch.setattr(logger.registered_handler, "stream", written)
    with tracing.within(HERE):
        logger.warning("inside")
        with tracing.within(other):
            logger.warning("deeper")
        logger.warning("inside again")
        with tracing.within(HERE, other):
            logger.warning("for both")
    logger.warning("outside")

    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [line.get("trace_id") for line in lines] == [TRACE, other.trace_id, TRACE, None, None]
    assert lines[3]["trace_ids"] == sorted([TRACE, other.trace_id])


def record_of(work, sent_ms=0):
    attributes = {"ApproximateReceiveCount": "1", "SentTimestamp": str(sent_ms)}
    return {"messageId": work.object_id, "attributes": attributes, "body": queues.encode(work)}


def test_each_job_of_a_batch_is_worked_on_in_its_own_trace(spans):
    first, second = (replace(queues.job(queues.PAYMENTS, f"pay_{n}", "r"), trace=traces.new().child()) for n in (1, 2))
    seen = {}

    def process(jobs, _):
        seen.update({job.object_id: job.trace for job in jobs})
        return [job for job in jobs if job.object_id == "pay_2"]

    batches.run({"Records": [record_of(first), record_of(second)]}, None, process)

    done = {span["object_id"]: span for span in spans if span["name"] == "work"}
    for work in (first, second):
        span = done[work.object_id]
        assert (span["trace"], span["parent"]) == (work.trace.trace_id, work.trace.span_id)
        assert seen[work.object_id] == Trace(work.trace.trace_id, span["id"])
    assert [done[each]["outcome"] for each in ("pay_1", "pay_2")] == ["done", "again"]


def test_a_wait_in_the_queue_is_told_apart_from_the_delay_that_was_asked_for(spans, monkeypatch):
    now = 1_000_000.0
    monkeypatch.setattr(tracing.clock, "wall", lambda: now)
    monkeypatch.setattr(tracing.clock, "source", lambda: now)
    work = queues.Job(queues.PAYMENTS, "pay_1", due_at=now - 2, sent_at=now - 5, trace=HERE)

    batches.run({"Records": [record_of(work, int((now - 5) * 1000))]}, None, lambda *_: [])

    took = {span["name"]: (span["start"], span["end"]) for span in spans}
    assert (took["delay"], took["wait"]) == ((now - 5, now - 2), (now - 2, now))


def test_a_job_without_a_trace_begins_one(spans):
    batches.run({"Records": [record_of(queues.job(queues.PAYMENTS, "pay_1", "r"))]}, None, lambda *_: [])
    assert [(span["name"], span["parent"]) for span in spans] == [("work", "")]


def test_a_batch_that_breaks_leaves_its_spans(spans):
    def process(*_):
        raise Unavailable("The database did not answer")

    batches.run({"Records": [record_of(queues.job(queues.PAYMENTS, "pay_1", "r"))]}, None, process)
    assert [span["outcome"] for span in spans] == ["again"]


@pytest.fixture
def daemon(monkeypatch):
    """A socket in the place of X-Ray's daemon."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(5)
        changed = replace(settings(), aws_xray_daemon_address=f"127.0.0.1:{receiver.getsockname()[1]}")
        monkeypatch.setattr(tracing, "settings", lambda: changed)
        for cached in (tracing._sink, tracing._daemon):
            cached.cache_clear()
        yield receiver
        tracing._daemon().close()
        for cached in (tracing._sink, tracing._daemon):
            cached.cache_clear()


def test_a_span_reaches_xrays_daemon_as_a_segment_document(daemon):
    tracing._finished.clear()
    tracing.record("bank", HERE, 10.0, 10.5, object_id="pay_1", answer="Approved")
    tracing.flush()

    head, _, document = daemon.recv(65536).partition(b"\n")
    sent = json.loads(document)
    assert json.loads(head) == {"format": "json", "version": 1}
    assert len(sent.pop("id")) == 16
    assert sent == {
        "name": "bank",
        "trace_id": f"1-{TRACE[:8]}-{TRACE[8:]}",
        "parent_id": SPAN,
        "type": "subsegment",
        "namespace": "remote",
        "start_time": 10.0,
        "end_time": 10.5,
        "annotations": {"span": "bank", "object_id": "pay_1", "answer": "Approved"},
    }


def test_a_daemon_that_is_gone_fails_nothing(daemon):
    daemon.close()
    for _ in range(3):
        tracing.record("bank", HERE, 10.0, 10.5)
        tracing.flush()
    assert not tracing._finished


def test_the_root_of_a_trace_has_no_parent():
    span = {"name": "request", "trace": TRACE, "id": SPAN, "parent": "", "start": 1.0, "end": 2.0, "status": None}
    segment = tracing.segment(span)
    assert segment["name"] == "payment-gateway"
    assert not segment.keys() & {"parent_id", "type", "namespace"}
    assert segment["annotations"] == {"span": "request"}
