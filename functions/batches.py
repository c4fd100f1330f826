"""What every queue-fed function does around its verb: read the messages, report those that failed."""

from collections.abc import Callable, Sequence
from typing import Any

from chalicelib import queues
from chalicelib.domain.errors import GatewayError
from chalicelib.queues import Job, MalformedJob
from chalicelib.telemetry import count, logger


def run(event: dict[str, Any], process: Callable[[Sequence[Job]], list[Job]]) -> dict[str, Any]:
    """Process returns the jobs that failed. A message that is none of ours fails by itself and ends in the DLQ."""
    jobs: dict[str, Job] = {}
    failed: list[str] = []
    for record in event["Records"]:
        try:
            receives = int(record["attributes"]["ApproximateReceiveCount"])
            jobs[record["messageId"]] = queues.decode(record["body"], receives)
        except MalformedJob:
            logger.exception("malformed job", message_id=record["messageId"])
            count("MalformedJobs")
            failed.append(record["messageId"])
    failed += _failed(jobs, process) if jobs else []
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _failed(jobs: dict[str, Job], process: Callable[[Sequence[Job]], list[Job]]) -> list[str]:
    try:
        unfinished = {id(job) for job in process(list(jobs.values()))}
    except GatewayError:
        logger.exception("a batch failed")
        return list(jobs)
    return [message_id for message_id, job in jobs.items() if id(job) in unfinished]
