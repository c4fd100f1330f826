"""Starts a process of a test stage, which answers a test line by line. Two processes share nothing but the stage.

`python -m tests.support.processes` is the child: it reads [name of a function below, its arguments] as JSON from each
line and prints the function's result.
"""

import json
import os
import subprocess
import sys
import threading
import time
from typing import Any

from infra.environment import ROOT
from tests.support import emulated


class Process:
    """Runs the child, which ends with its input, however the test ends."""

    def __init__(self, **environ: str) -> None:
        self.child = subprocess.Popen(
            [sys.executable, "-m", "tests.support.processes"],
            cwd=ROOT,
            env=os.environ | emulated.ENVIRONMENT | environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, what: str, *arguments: Any) -> Any:
        """Returns the answer, without the child's other output before the answer."""
        assert self.child.stdin
        assert self.child.stdout
        self.child.stdin.write(json.dumps([what, *arguments]) + "\n")
        self.child.stdin.flush()
        for line in self.child.stdout:
            if line.startswith(ANSWER):
                return json.loads(line.removeprefix(ANSWER))
        raise AssertionError(f"the process ended over {what}")

    def end(self) -> None:
        self.child.kill()
        self.child.wait()


ANSWER = "answer: "


def ahead() -> float:
    """Returns the seconds that this process's clock is ahead of real time."""
    from chalicelib.domain import clock  # noqa: PLC0415  # the import reads the child's environment

    return clock.now() - time.time()


def move(seconds: float) -> float:
    from chalicelib.sandbox import clock  # noqa: PLC0415

    return clock.move(seconds)


def refuses(seconds: float) -> bool:
    try:
        move(seconds)
    except ValueError:
        return True
    return False


def work() -> None:
    """Begins to deliver webhooks, as the local runner does."""
    from chalicelib import aws  # noqa: PLC0415
    from chalicelib.config import settings  # noqa: PLC0415
    from infra.deployment import template  # noqa: PLC0415
    from infra.local.mappings import Mapping, load_handler  # noqa: PLC0415

    queue = f"{settings().stack_name}-deliveries"
    (source,) = (each for each in template.event_sources(template.load(), settings().stack_name) if each.queue == queue)
    Mapping(source, aws.client("sqs"), load_handler(source.handler), threading.Event()).start()


def announce(url: str) -> str:
    """Makes an event happen for an endpoint at this URL. Returns the delivery's id."""
    from chalicelib import queues  # noqa: PLC0415
    from chalicelib.domain import clock  # noqa: PLC0415
    from chalicelib.domain.webhooks import Event  # noqa: PLC0415
    from chalicelib.persistence.transactions import Transaction  # noqa: PLC0415
    from chalicelib.services.events import announcing  # noqa: PLC0415
    from chalicelib.services.events.announcing import NewEvent, NewEvents  # noqa: PLC0415
    from chalicelib.services.webhooks import endpoints  # noqa: PLC0415

    endpoint = endpoints.new("merchant-1", url)
    endpoint.write()
    told = [NewEvent(Event.PAYMENT_SUCCESS, "pay_1", 3, ("payment",))]
    new = NewEvents("merchant-1", clock.iso(clock.now()), told, {"payment": {}}, request_id="req-1")
    happened = announcing.announce(new, [endpoint])
    transaction = Transaction()
    announcing.put(transaction, happened)
    transaction.commit()
    (delivery,) = happened.deliveries
    queues.send(queues.job(queues.DELIVERIES, delivery.id, "req-1"))
    return str(delivery.id)


def delivery(delivery_id: str) -> dict[str, Any]:
    """Returns the delivery's record, without the attributes that differ between any two deliveries."""
    from chalicelib.domain import clock  # noqa: PLC0415
    from chalicelib.persistence.deliveries import Delivery  # noqa: PLC0415

    found = Delivery.find(delivery_id)
    assert found
    return {
        "status": found.status,
        "attempts": int(found.attempts),
        "next_retry_at": found.next_retry_at and float(found.next_retry_at),
        "times": [clock.seconds(each["at"]) for each in found.attempts_log],
        "errors": [each["error_detail"] for each in found.attempts_log],
    }


FUNCTIONS = {each.__name__: each for each in (ahead, move, refuses, work, announce, delivery)}


def main() -> None:
    from chalicelib import stage  # noqa: PLC0415

    stage.prepare()
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        print(ANSWER + json.dumps(FUNCTIONS[name](*arguments)), flush=True)


if __name__ == "__main__":
    main()
