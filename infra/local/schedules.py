"""Runs schedules as EventBridge does: starts a function at its rate, whether or not the previous run succeeded."""

import logging
import threading
import time

from infra.deployment.template import Schedule
from infra.local.mappings import Context, Handler

log = logging.getLogger("infra.worker")


class Ticker:
    """Starts one function at its rate, in its own thread. The first start is immediate, for the time without a worker.

    A run that takes longer than the rate delays the next run, so that two runs never overlap.
    """

    def __init__(self, schedule: Schedule, handler: Handler, stopping: threading.Event) -> None:
        self.schedule = schedule
        self.handler = handler
        self.stopping = stopping
        self.thread = threading.Thread(target=self._tick, name=schedule.function, daemon=True)

    def start(self) -> None:
        self.thread.start()

    def finish(self, seconds: float) -> None:
        """Waits for the run under way, once `stopping` is set."""
        self.thread.join(seconds)

    def _tick(self) -> None:
        while not self.stopping.is_set():
            started = time.monotonic()
            self._invoke()
            self.stopping.wait(max(0.0, self.schedule.every - (time.monotonic() - started)))

    def _invoke(self) -> None:
        try:
            self.handler(self.schedule.event, Context(self.schedule.function, self.schedule.timeout))
        except Exception:
            log.exception("%s failed", self.schedule.function)
