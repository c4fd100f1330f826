"""Injects faults into AWS calls where botocore sends its request: below its retries and above the network."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from botocore.httpsession import URLLib3Session

SERVICES = ("dynamodb", "sqs", "kms")


class Mode(StrEnum):
    FAIL = "fails, every try of it, before its effect"
    LOST = "takes effect, the answer is lost, no further try gets through"
    LOST_ONCE = "takes effect, the answer is lost, and botocore tries again"
    THROTTLE = "is throttled, every try of it"
    CONFLICT = "meets another transaction, once"
    LATE = "times out, and takes effect after the caller has recovered"
    KILL_BEFORE = "the process dies before it is sent"
    KILL_AFTER = "the process dies before its answer arrives"


class Killed(BaseException):
    """Acts as SIGKILL: no except clause of the application catches it."""


@dataclass(frozen=True)
class Site:
    """Names one call in the recording of a flow."""

    index: int
    operation: str

    def modes(self) -> Iterator[Mode]:
        return (mode for mode in Mode if mode is not Mode.CONFLICT or self.operation == "dynamodb.TransactWriteItems")


@dataclass
class Plan:
    """Records the calls of a flow. With a target, breaks that call or lets a rival act right before it."""

    target: int | None = None
    mode: Mode | None = None
    sites: list[Site] = field(default_factory=list)
    hit: str = ""
    tries: int = 0
    late: Any = None
    rival: Callable[[], None] | None = None


class Network:
    """Stands between the application's AWS clients and the emulator."""

    def __init__(self, clients: Any) -> None:
        self.plan: Plan | None = None
        self._lock = threading.Lock()
        self._call = threading.local()
        self._wire = URLLib3Session()
        for service in SERVICES:
            events = clients(service).meta.events
            events.register("before-call", self._begin)
            events.register("before-send", self._send)
        clients("sqs").meta.events.register("provide-client-params.sqs", _without_delay)

    @contextmanager
    def broken(self, plan: Plan) -> Iterator[Plan]:
        self.plan = plan
        try:
            yield plan
        finally:
            self.plan = None

    def release(self, plan: Plan) -> None:
        """Delivers the delayed request."""
        if plan.late is not None:
            self._wire.send(plan.late)
            plan.late = None

    def _begin(self, event_name: str, **_: Any) -> None:
        """Runs once for each call, in the call's thread."""
        self._call.target = False
        plan = self.plan
        if plan is None:
            return
        operation = event_name.removeprefix("before-call.")
        with self._lock:
            index = len(plan.sites)
            plan.sites.append(Site(index, operation))
        if index == plan.target:
            plan.hit = operation
            self._rivals_turn(plan)
            self._call.target = True

    def _rivals_turn(self, plan: Plan) -> None:
        if plan.rival:
            self.plan = None
            try:
                plan.rival()
            finally:
                self.plan = plan

    def _send(self, request: Any, **_: Any) -> Any:
        """Runs once for each try. Returns None to let the request through."""
        plan = self.plan
        if plan is None or plan.mode is None or not getattr(self._call, "target", False):
            return None
        plan.tries += 1
        return BREAK[plan.mode](self._wire, request, plan)


def _without_delay(params: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Removes the delay. SQS waits in real time; the world delays a message by its own clock, until the job's time."""
    if "Entries" in params:
        return params | {"Entries": [_without_delay(entry) for entry in params["Entries"]]}
    return {name: value for name, value in params.items() if name != "DelaySeconds"}


def _fail(_wire: Any, request: Any, _plan: Plan) -> Any:
    raise ConnectionClosedError(endpoint_url=request.url)


def _lost(wire: Any, request: Any, plan: Plan) -> Any:
    if plan.tries == 1:
        wire.send(request)
    raise ConnectionClosedError(endpoint_url=request.url)


def _lost_once(wire: Any, request: Any, plan: Plan) -> Any:
    if plan.tries > 1:
        return None
    wire.send(request)
    raise ConnectionClosedError(endpoint_url=request.url)


def _throttle(_wire: Any, request: Any, _plan: Plan) -> Any:
    return _answer(request, {"__type": "ThrottlingException", "message": "Rate exceeded"})


def _conflict(_wire: Any, request: Any, plan: Plan) -> Any:
    if plan.tries > 1:
        return None
    # The application repeats this call, and not botocore. The next call is a new one and succeeds.
    items = len(json.loads(request.body)["TransactItems"])
    reasons = [{"Code": "TransactionConflict", "Message": "ongoing"}] + [{"Code": "None"}] * (items - 1)
    body = {"__type": "TransactionCanceledException", "message": "cancelled", "CancellationReasons": reasons}
    return _answer(request, body)


def _late(_wire: Any, request: Any, plan: Plan) -> Any:
    if plan.tries == 1:
        plan.late = request
    raise ReadTimeoutError(endpoint_url=request.url)


def _kill_before(_wire: Any, _request: Any, plan: Plan) -> Any:
    raise Killed(plan.hit)


def _kill_after(wire: Any, request: Any, plan: Plan) -> Any:
    wire.send(request)
    raise Killed(plan.hit)


BREAK = {
    Mode.FAIL: _fail,
    Mode.LOST: _lost,
    Mode.LOST_ONCE: _lost_once,
    Mode.THROTTLE: _throttle,
    Mode.CONFLICT: _conflict,
    Mode.LATE: _late,
    Mode.KILL_BEFORE: _kill_before,
    Mode.KILL_AFTER: _kill_after,
}


class _Raw:
    """Gives botocore the part of a urllib3 response that it reads."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.body


def _answer(request: Any, error: dict[str, Any]) -> AWSResponse:
    headers = {"Content-Type": "application/x-amz-json-1.0"}
    return AWSResponse(request.url, 400, headers, _Raw(json.dumps(error).encode()))
