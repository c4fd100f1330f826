"""Moves the clock over a stretch of time step by step, so that everything happens in its order.

A step ends where the next thing becomes due, and the next step begins when the workers have worked that off. A stretch
with very many things due is crossed in a few large steps instead: then records are late by up to one step.

A jump is an item with its goal. One request works on it for a while; the next request with its id goes on. So a jump
outlives an API process and needs no process of its own.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from chalicelib import queues
from chalicelib.domain import clock as domain_clock
from chalicelib.domain.errors import BadRequest, Unavailable
from chalicelib.persistence.deadlines import Deadline
from chalicelib.sandbox import clock, sweep
from chalicelib.sandbox.clock import CLOCK, Item
from chalicelib.services.waits.wakeups import TEST_WAIT

# Seconds for which one request works on a jump. API Gateway waits 29.
ANSWER_SECONDS = 20
# A stretch goes step by step while it has at most this many things due and has taken at most these seconds.
EXACT_ROWS = 60
EXACT_SECONDS = 10
# The steps of a stretch that cannot go step by step.
LARGE_STEPS = 6
# A step ends without a message that nobody has worked off in these seconds. A receiver may take 5.
STUCK_SECONDS = 6
LOOK_EVERY = 0.05
# A long step is looked at less often, because each look takes time from the emulator that does the work.
LONGEST_PAUSE = 0.4
LEASE_SECONDS = 30
LONGEST = 400 * 24 * 3600
# A row is due a moment after its time.
AFTER = 0.01


def advance(seconds: float) -> dict[str, Any]:
    """Starts a jump and works on it. Raises BadRequest for a jump that goes back, too far, or meets another jump."""
    if not (math.isfinite(seconds) and 0 <= seconds <= LONGEST):
        raise BadRequest("The clock moves forward only, and at most 400 days at once", field="advance")
    now = clock.read()
    values = {":id": str(uuid4()), ":from": now, ":to": now + seconds}
    update = "SET job = :id, job_from = :from, job_to = :to, leased_until = :lease"
    if not _lease(update, values):
        raise BadRequest("The clock is moving already; GET /sandbox/clock shows its job", field="advance")
    return _work(started=True)


def resume(job: str) -> dict[str, Any]:
    """Goes on with a jump that took longer than one request. Raises BadRequest if it is not this stage's jump."""
    if clock.stored(CLOCK).get("job", {}).get("S") != job:
        raise BadRequest("The clock has no such job", field="job")
    if not _lease("SET leased_until = :lease", {}):
        return show()
    return _work(started=False)


def show() -> dict[str, Any]:
    """Returns the stage's time and its latest jump. progress: the share that is done."""
    item = clock.stored(CLOCK)
    now, started, goal = time.time() + clock.number(item, "seconds"), *_span(item)
    job = {
        "id": item["job"]["S"],
        "from": domain_clock.iso(started),
        "to": domain_clock.iso(goal),
        "progress": round(min(1.0, (now - started) / (goal - started)) if goal > started else 1.0, 3),
        "done": "settled" in item,
    } if "job" in item else None  # fmt: skip
    return {"now": domain_clock.iso(now), "offset": round(clock.number(item, "seconds"), 3), "job": job}


def _span(item: Item) -> tuple[float, float]:
    return clock.number(item, "job_from"), clock.number(item, "job_to")


def _lease(update: str, values: dict[str, Any]) -> bool:
    """Takes the clock for this request. Returns False if another request moves it."""
    now = time.time()
    given = {**values, ":lease": now + LEASE_SECONDS, ":now": now}
    wire = {name: {"S": one} if isinstance(one, str) else {"N": str(one)} for name, one in given.items()}
    free = "attribute_not_exists(leased_until) OR leased_until < :now"
    return clock.change(CLOCK, f"{update} REMOVE settled", wire, free)


def _work(*, started: bool) -> dict[str, Any]:
    """Makes steps until the goal, or until the request has to answer."""
    began, left, exact = time.monotonic(), LARGE_STEPS + 1, started
    patience = _Patience(began + ANSWER_SECONDS)
    _, goal = _span(clock.stored(CLOCK))
    time.sleep(clock.SEEN_SECONDS)
    if started:
        _await_short_delays()
    else:
        patience.settle()
    while (here := clock.read()) < goal and time.monotonic() < patience.answer_at:
        rows = sweep.due(clock.client(), domain_clock.iso(here), domain_clock.iso(goal))
        exact = exact and len(rows) <= EXACT_ROWS and time.monotonic() - began < EXACT_SECONDS
        left -= not exact
        _step(here, _next_stop(here, goal, rows, 0 if exact else max(1, left)))
        patience.settle()
    _await_short_delays()
    _release(settled=patience.settle() and here >= goal)
    return show()


def _next_stop(here: float, goal: float, rows: Sequence[Deadline], large: int) -> float:
    """Returns where the next step ends. rows: what is due on the way; large: the large steps that remain; 0: none."""
    if not rows:
        return goal
    soonest = _due_at(rows[0]) + AFTER
    return min(goal, max(soonest, here + (goal - here) / large) if large else soonest)


def _due_at(row: Deadline) -> float:
    return domain_clock.seconds(sweep.moment(row))


def _step(here: float, stop: float) -> None:
    lease = {"N": str(time.time() + LEASE_SECONDS)}
    more = {"N": str(max(0.0, stop - here))}
    clock.change(CLOCK, "SET leased_until = :lease ADD seconds :more", {":lease": lease, ":more": more})
    time.sleep(clock.SEEN_IN_JUMP)
    sweep.run(clock.client(), here - clock.MARGIN_SECONDS, clock.read())


def _release(*, settled: bool) -> None:
    values: Item = {":lease": {"N": "0"}, ":settled": {"BOOL": True}}
    done = ", settled = :settled" if settled else ""
    clock.change(CLOCK, f"SET leased_until = :lease{done}", values if settled else {":lease": values[":lease"]})


@dataclass
class _Patience:
    """The waits of one request. stuck: messages that a failed worker left hidden, for which no later step waits again."""

    answer_at: float
    stuck: int = 0

    def settle(self) -> bool:
        """Waits until the queues are calm at two looks, because a message is nowhere for an instant on its way.

        Returns False if the request has to answer before that.
        """
        calm, seen, since, pause = 0, _counts(), time.monotonic(), LOOK_EVERY
        while calm < 2 and time.monotonic() < self.answer_at:  # noqa: PLR2004
            time.sleep(pause)
            counts = _counts()
            calm = calm + 1 if self._is_calm(counts) else 0
            pause = LOOK_EVERY if calm else min(LONGEST_PAUSE, pause * 1.5)
            if counts != seen:
                seen, since = counts, time.monotonic()
            elif time.monotonic() > since + STUCK_SECONDS:
                self.stuck = counts["in_flight"]
                break
        return time.monotonic() < self.answer_at

    def _is_calm(self, counts: dict[str, int]) -> bool:
        return not counts["waiting"] and counts["in_flight"] <= self.stuck


def _await_short_delays() -> None:
    """Waits for messages whose delay is so short that they have no row."""
    ends = time.monotonic() + TEST_WAIT + LOOK_EVERY
    while any(_counts().values()) and time.monotonic() < ends:
        time.sleep(LOOK_EVERY)


def _counts() -> dict[str, int]:
    try:
        found = [queues.counts(name) for name in queues.QUEUES]
    except Unavailable:
        return {"waiting": 1, "in_flight": 1, "delayed": 1}
    return {name: sum(each[name] for each in found) for name in ("waiting", "in_flight", "delayed")}
