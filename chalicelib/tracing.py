"""Follows a request through queues to the bank and the webhook: the current trace, and its spans.

On Lambda the spans go to the X-Ray daemon that Lambda runs beside an actively traced function: a datagram each, and no
call to AWS. On a test stage without the daemon they become a line of the log, which `gateway trace` reads. ADR 32 says
why no SDK stands in between. A span names ids, queues and outcomes. It never has a body, a header, an address of a
receiver or a value that a caller chose.
"""

import logging
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from chalicelib.config import invocation_trace, settings
from chalicelib.domain import clock, traces
from chalicelib.domain.traces import Trace
from chalicelib.telemetry import SERVICE, logger

# The spans that X-Ray shows as services of their own; every other span is a part of the span above it.
SEGMENTS = frozenset({"request", "work"})
REMOTE = frozenset({"bank", "webhook"})
DAEMON_HEAD = b'{"format":"json","version":1}\n'
# Spans that a process keeps before a request or a batch ends and sends them. Spans beyond are lost, not waited for.
MOST_KEPT = 10_000
# Seconds between two lines of spans. A process that ends loses the spans of its last moment.
WRITE_SECONDS = 0.25
READS = frozenset({"GET", "HEAD"})

_current: ContextVar[tuple[Trace, ...]] = ContextVar("traces", default=())
_finished: deque[dict[str, Any]] = deque(maxlen=MOST_KEPT)


@dataclass(frozen=True, slots=True)
class Span:
    """A span under way: its place, its parent's id, and the facts that its end adds."""

    trace: Trace
    parent_id: str
    facts: dict[str, Any]


def current() -> Trace | None:
    """Returns the trace of the work under way; None outside of a trace, and where the work serves several traces."""
    now = _current.get()
    return now[0] if len(now) == 1 else None


@contextmanager
def within(*of: Trace | None) -> Iterator[None]:
    """Does work in the name of traces. Every log line in it carries trace_id, or trace_ids if there are several."""
    token = _current.set(tuple(each for each in of if each))
    try:
        yield
    finally:
        _current.reset(token)


def _name_traces(line: logging.LogRecord) -> bool:
    """Adds the traces of the work under way to a log line. Most requests write none, so it costs them nothing."""
    ids = sorted({each.trace_id for each in _current.get()})
    if len(ids) == 1:
        line.trace_id = ids[0]
    elif ids:
        line.trace_ids = ids
    return True


logger.addFilter(_name_traces)


@contextmanager
def request(method: str, route: str, traceparent: str) -> Iterator[Span]:
    """Traces a request: joins the caller's trace, or Lambda's, or begins one. Keeps the spans of writes only.

    On Lambda, X-Ray's sampling decides whether the spans are kept, whatever the caller's flag says.
    """
    lambdas = traces.parse_xray(invocation_trace())
    above = traces.parse(traceparent) or lambdas or traces.new()
    sampled = lambdas.sampled if lambdas else not settings().aws_xray_daemon_address
    kept = method not in READS and sampled
    trace = Trace(above.trace_id, above.span_id, kept).child()
    started = clock.wall()
    span = Span(trace, above.span_id, {"method": method, "route": route})
    try:
        with within(trace):
            yield span
    finally:
        _keep("request", span, started, clock.wall())
        flush()


@contextmanager
def part(name: str, **facts: Any) -> Iterator[None]:
    """Records a span in every trace of the work under way."""
    started = clock.wall()
    try:
        yield
    finally:
        for trace in _current.get():
            record(name, trace, started, **facts)


def record(name: str, above: Trace | None, started: float, ended: float | None = None, **facts: Any) -> None:
    """Records a span below a place in a trace. started, ended: real Unix seconds; ended: now if it is not given."""
    if above and above.sampled:
        _keep(name, begin(above, **facts), started, clock.wall() if ended is None else ended)


def begin(above: Trace, **facts: Any) -> Span:
    """Returns a span whose end the caller records by end(), because others need its id before."""
    return Span(above.child(), above.span_id, facts)


def end(name: str, span: Span, started: float) -> None:
    """Records the end of a span that begin() made. started: real Unix seconds."""
    _keep(name, span, started, clock.wall())


def _keep(name: str, span: Span, started: float, ended: float) -> None:
    if span.trace.sampled:
        ids = {"trace": span.trace.trace_id, "id": span.trace.span_id, "parent": span.parent_id}
        _finished.append({"name": name, **ids, "start": round(started, 6), "end": round(ended, 6), **span.facts})


def flush() -> None:
    """Hands over the finished spans of this process. A Lambda sleeps between invocations, so each ends with this.

    Where they become lines of a log, a thread writes them a moment later: a write wakes the reader of the log, which
    would take a processor from the request.
    """
    if settings().is_test_stage and not settings().aws_xray_daemon_address:
        _writer()
    else:
        _hand_over()


@cache
def _writer() -> threading.Thread:
    writer = threading.Thread(target=_write_for_ever, name="spans", daemon=True)
    writer.start()
    return writer


def _write_for_ever() -> None:
    while True:
        time.sleep(WRITE_SECONDS)
        _hand_over()


def _hand_over() -> None:
    spans = list(_drained())
    if spans:
        _sink()(spans)


def _drained() -> Iterator[dict[str, Any]]:
    """Takes the spans one by one, because other threads add and take spans at the same time."""
    while True:
        try:
            yield _finished.popleft()
        except IndexError:
            return


@cache
def _sink() -> Callable[[Iterable[dict[str, Any]]], None]:
    if settings().aws_xray_daemon_address:
        return _to_daemon
    return _to_log if settings().is_test_stage else _to_nobody


def _to_nobody(spans: Iterable[dict[str, Any]]) -> None:
    """Drops the spans: a stage on AWS without the daemon has its tracing switched off."""


def _to_log(spans: Iterable[dict[str, Any]]) -> None:
    """Writes one line, in one piece for the same reason as telemetry.count."""
    sys.stdout.write(msgspec.json.encode({"spans": spans}).decode() + "\n")


def _to_daemon(spans: Iterable[dict[str, Any]]) -> None:
    """Sends a datagram for each span. A lost span is no reason to fail a payment."""
    for span in spans:
        try:
            _daemon().send(DAEMON_HEAD + msgspec.json.encode(segment(span)))
        except OSError:
            logger.debug("the X-Ray daemon did not take a span")


@cache
def _daemon() -> socket.socket:
    host, _, port = settings().aws_xray_daemon_address.rpartition(":")
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.settimeout(0)
    sender.connect((host, int(port)))
    return sender


def segment(span: dict[str, Any]) -> dict[str, Any]:
    """Returns a span as a segment document of X-Ray. The facts become annotations, by which X-Ray finds traces."""
    facts = {name: value for name, value in span.items() if name not in _COLUMNS and value is not None}
    document = {
        "name": SERVICE if span["name"] in SEGMENTS else span["name"],
        "id": span["id"],
        "trace_id": Trace(span["trace"]).xray_id,
        "start_time": span["start"],
        "end_time": span["end"],
        "annotations": {"span": span["name"], **facts},
    }
    if span["parent"]:
        document["parent_id"] = span["parent"]
        document |= {} if span["name"] in SEGMENTS else {"type": "subsegment"}
    return document | ({"namespace": "remote"} if span["name"] in REMOTE else {})


_COLUMNS = frozenset({"name", "trace", "id", "parent", "start", "end"})
