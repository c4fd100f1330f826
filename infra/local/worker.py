"""Runs the template's event source mappings and schedules. Child of the supervisor: `python -m infra.local.worker`."""

import logging
import os
import signal
import threading
import time

from chalicelib import aws
from chalicelib.sandbox import clock
from infra.deployment import template
from infra.local import transport
from infra.local.lifeline import end_with_parent
from infra.local.locks import try_lock
from infra.local.log import log_as_json
from infra.local.mappings import Mapping, load_handler
from infra.local.schedules import Ticker
from infra.local.settings import read_settings
from infra.usage import UsageError

log = logging.getLogger("infra.worker")
GRACE = 3  # seconds for running invocations to finish; their messages come back if they do not


def start(stack_name: str, stopping: threading.Event) -> list[Mapping]:
    """Starts polling for every mapping. The integration tests use it too."""
    sqs = aws.client("sqs")
    sources = template.event_sources(template.load(), stack_name)
    mappings = [Mapping(source, sqs, load_handler(source.handler), stopping) for source in sources]
    for mapping in mappings:
        mapping.start()
    return mappings


def start_schedules(stopping: threading.Event) -> list[Ticker]:
    """Starts every schedule: once for the time without a worker, and then at its rate."""
    tickers = [Ticker(each, load_handler(each.handler), stopping) for each in template.schedules(template.load())]
    for ticker in tickers:
        ticker.start()
    return tickers


def catch_up() -> None:
    """Sends overdue deadlines. After a week off, the schedule would look at each minute of that week."""
    try:
        clock.catch_up()
    except Exception:  # the schedule does the same work, more slowly
        log.exception("cannot catch up with the deadlines")


def main() -> None:
    end_with_parent()
    log_as_json()
    for session in (aws._session(), clock._session()):  # noqa: SLF001  # these make every client
        transport.shorten(session)
    settings = read_settings(os.environ)
    lock = try_lock(settings.worker_lock)
    if lock is None:
        raise UsageError(f"Another worker holds {settings.worker_lock}.")
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    mappings = start(settings.stack_name, stopping)
    catch_up()
    tickers = start_schedules(stopping)
    stopping.wait()
    deadline = time.monotonic() + GRACE
    running: list[Mapping | Ticker] = [*mappings, *tickers]
    for each in running:
        each.finish(max(0.0, deadline - time.monotonic()))
    os._exit(0)


if __name__ == "__main__":
    main()
