"""Wraps the verb of every queue-fed function: reads the messages, and reports the messages that failed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from chalicelib import queues, tracing
from chalicelib.domain import clock, traces
from chalicelib.domain.errors import Unavailable
from chalicelib.queues import Job, MalformedJob
from chalicelib.services.operations import dead_letters
from chalicelib.telemetry import count, logger
from chalicelib.tracing import Span

# Seconds. A job that is due at once is a moment old when SQS takes it.
LEAST_DELAY = 0.05

Process = Callable[[Sequence[Job], object], list[Job]]


def run(event: dict[str, Any], context: object, process: Process) -> dict[str, Any]:
    """Hands a batch to `process`, which gets Lambda's context and returns the jobs that failed.

    A malformed message fails by itself and ends in the dead-letter queue.
    """
    started = clock.wall()
    jobs, failed = _read(event["Records"])
    spans = {message_id: _begin(work) for message_id, work in jobs.items()}
    _record_waits(event["Records"], jobs, started)
    jobs = {message_id: replace(work, trace=spans[message_id].trace) for message_id, work in jobs.items()}
    try:
        with tracing.within(*(span.trace for span in spans.values())):
            letters, jobs = _note_dying(jobs)
            failed += _failed(jobs, lambda work: process(work, context)) if jobs else []
            dead_letters.forget(letters, jobs.keys() - set(failed))
    finally:
        _end(spans, set(failed), started)
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _begin(work: Job) -> Span:
    """Begins the span of a job's work. A job without a trace, such as one that an operator wrote, begins a trace."""
    facts = {"queue": work.queue, "object_id": work.object_id, "receives": work.receives}
    return tracing.begin(work.trace or traces.new(), **facts)


def _record_waits(records: Sequence[dict[str, Any]], jobs: dict[str, Job], received: float) -> None:
    """Records how long each message lay in its queue: the delay that was asked for, and the wait for a worker.

    SQS tells when it took the message, in milliseconds of real time. A job's due time is the gateway's time.
    """
    offset = clock.now() - clock.wall()
    for record in records:
        if work := jobs.get(record["messageId"]):
            sent = int(record["attributes"].get("SentTimestamp", received * 1000)) / 1000
            due = min(max(work.due_at - offset, sent), received)
            facts = {"queue": work.queue, "object_id": work.object_id}
            if due - sent > LEAST_DELAY:
                tracing.record("delay", work.trace, sent, due, **facts)
            tracing.record("wait", work.trace, due, received, **facts)


def _end(spans: dict[str, Span], failed: set[str], started: float) -> None:
    for message_id, span in spans.items():
        span.facts["outcome"] = "again" if message_id in failed else "done"
        tracing.end("work", span, started)
    tracing.flush()


def _read(records: Sequence[dict[str, Any]]) -> tuple[dict[str, Job], list[str]]:
    """Returns (jobs by message id, the ids of malformed messages)."""
    jobs: dict[str, Job] = {}
    malformed: list[str] = []
    for record in records:
        try:
            receives = int(record["attributes"]["ApproximateReceiveCount"])
            jobs[record["messageId"]] = queues.decode(record["body"], receives)
        except MalformedJob:
            logger.exception("malformed job", message_id=record["messageId"])
            count("MalformedJobs")
            malformed.append(record["messageId"])
    return jobs, malformed


def _note_dying(jobs: dict[str, Job]) -> tuple[dead_letters.Letters, dict[str, Job]]:
    """Returns (the records of the messages that are here for the last time, the jobs to work on).

    While the database cannot take the records, those messages start anew a quarter of an hour later, so that they do
    not die unseen. Raises Unavailable if they cannot be sent either. Then the whole batch comes again, or dies with the
    alarm.
    """
    dying = {message_id: work for message_id, work in jobs.items() if work.receives >= queues.MAX_RECEIVES}
    try:
        return (dead_letters.note(dying) if dying else {}), jobs
    except Unavailable:
        logger.exception("could not note dying jobs", object_ids=[work.object_id for work in dying.values()])
        queues.send(*(queues.postponed(work, queues.LONGEST_DELAY) for work in dying.values()))
        return {}, {message_id: work for message_id, work in jobs.items() if message_id not in dying}


def _failed(jobs: dict[str, Job], process: Callable[[Sequence[Job]], list[Job]]) -> list[str]:
    """Returns the ids of the messages to hand out again.

    If a dependency fails, all messages come again, because each alone would fail, too. After any other error each
    message is tried alone, so that a broken one does not take the others along.
    """
    try:
        unfinished = {id(job) for job in process(list(jobs.values()))}
    except Unavailable:
        logger.exception("a dependency failed")
        return list(jobs)
    except Exception:  # noqa: BLE001  # any error keeps the message: it comes again, and ends in the DLQ
        logger.exception("a batch failed", object_ids=[job.object_id for job in jobs.values()])
        if len(jobs) == 1:
            return list(jobs)
        return [one for message_id, job in jobs.items() for one in _failed({message_id: job}, process)]
    return [message_id for message_id, job in jobs.items() if id(job) in unfinished]
