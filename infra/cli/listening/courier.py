"""Reads events, prints and forwards them: `python -m infra.cli.listening.courier`, a child of `gateway listen`.

It is a process of its own so that a kill of `gateway listen` cannot fall between a delivery and the cursor: this process
then sees the end of its standard input, finishes the delivery under way, saves the cursor and ends. The next listener
waits for that.
"""

import json
import os
import signal
import sys
import threading
import time
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from infra.cli.listening import forwarding
from infra.cli.listening.cursor import Cursor
from infra.cli.listening.orders import Delivery, deliveries, place
from infra.local.lifeline import end_with_parent
from infra.usage import UsageError
from payment_gateway.client import Client, Refused, Unreachable

PAGE = 100
POLL_SECONDS = 0.5
BEGINNING = "evt_00000000000000000000"  # stands before every event
PASSING = range(429, 600)  # a limit of rate, or a gateway that is being restarted
OPTIONS_VARIABLE = "LISTEN_OPTIONS"  # not an argument, which every user of the machine can read: it holds secrets


@dataclass(frozen=True, slots=True)
class Options:
    """window: the seconds without an event after which a batch is put into its order. since: an event's id, or ""."""

    api: str
    key: str
    secret: str
    cursor: str
    forward_to: str = ""
    webhook_secret: str = ""
    order: str = "in-order"
    copies: int = 1
    delay: float = 0.0
    window: float = 2.0
    seed: int = 0
    retries: int = 4
    since: str = ""
    as_json: bool = False
    types: tuple[str, ...] = ()

    def as_text(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def of(cls, text: str) -> "Options":
        given = json.loads(text)
        return cls(**{each.name: given[each.name] for each in fields(cls)})


class Courier:
    def __init__(self, options: Options, stopping: threading.Event) -> None:
        self.options = options
        self.stopping = stopping
        self.client = Client(options.api, options.key, options.secret)
        self.cursor = Cursor(Path(options.cursor))

    def run(self) -> None:
        """Works until `stopping` is set. Raises Refused for keys that the gateway does not take."""
        if self.options.since or self.cursor.is_new:
            self.cursor.move(self.options.since or self._newest())
        while not self.stopping.is_set():
            try:
                batch = self._batch()
            except (Unreachable, Refused) as error:
                if isinstance(error, Refused) and error.status not in PASSING:
                    raise
                self._say(f"{error}; trying again.")
                self.stopping.wait(POLL_SECONDS * 4)
                continue
            if not self._deliver(batch):
                return
            if not batch:
                self.stopping.wait(POLL_SECONDS)

    def _newest(self) -> str:
        newest = self.client.get("/events", limit=1, resent="true")["data"]
        return place(newest[0]) if newest else BEGINNING

    def _page(self, after: str) -> list[dict[str, Any]]:
        """Returns events and repetitions after this place, the oldest first. A page may be empty although another one follows."""
        cursor: str | None = None
        while True:
            page = self.client.get("/events", after=after, resent="true", limit=PAGE, cursor=cursor)
            cursor = page["next_cursor"]
            if page["data"] or not cursor:
                return list(page["data"])

    def _batch(self) -> list[dict[str, Any]]:
        """Returns the events to deliver next. For another order it waits until no event has come for a window."""
        batch = self._page(self.cursor.after)
        if self.options.order == "in-order" or not batch:
            return batch
        while not self.stopping.wait(self.options.window):
            more = self._page(place(batch[-1]))
            if not more:
                break
            batch += more
        return batch

    def _deliver(self, batch: list[dict[str, Any]]) -> bool:
        """Delivers what of the batch is not done. Returns False if the end came first."""
        wanted = [event for event in batch if not self.options.types or event["type"] in self.options.types]
        for delivery in deliveries(wanted, self.options.order, self.options.copies, self.options.seed):
            if delivery.id not in self.cursor.done and not self._one(delivery):
                return False
        if batch:
            self.cursor.move(place(batch[-1]))
        return True

    def _one(self, delivery: Delivery) -> bool:
        """Forwards and prints one delivery, then saves it. Returns False if the end came before."""
        if self.stopping.wait(self.options.delay) or self.stopping.is_set():
            return False
        outcome = None
        if self.options.forward_to:
            now = self.options
            outcome = forwarding.deliver(now.forward_to, delivery.event, now.webhook_secret, now.retries, self.stopping)
            if outcome is None:
                return False
        printed = self._print(delivery, outcome)
        if printed or outcome:
            self.cursor.add(delivery.id)
        return printed

    def _print(self, delivery: Delivery, outcome: forwarding.Outcome | None) -> bool:
        """Prints one line in one write. Returns False if nobody reads any more."""
        text = self._as_json(delivery, outcome) if self.options.as_json else _line(delivery, outcome)
        try:
            os.write(sys.stdout.fileno(), f"{text}\n".encode())
        except OSError:
            return False
        return True

    @staticmethod
    def _as_json(delivery: Delivery, outcome: forwarding.Outcome | None) -> str:
        forwarded = {"status": outcome.status} if outcome else None
        return json.dumps({"event": delivery.event, "copy": delivery.copy, "forwarded": forwarded}, ensure_ascii=False)

    @staticmethod
    def _say(text: str) -> None:
        print(text, file=sys.stderr, flush=True)


def _line(delivery: Delivery, outcome: forwarding.Outcome | None) -> str:
    event = delivery.event
    copy = "  (again)" if delivery.copy > 1 or event.get("resent_as") else ""
    answer = f"  -> {outcome.status}" if outcome else ""
    stamp = time.strftime("%H:%M:%S")
    return f"{stamp}  {event['type']:<18} {event['object_id']:<24} #{event['sequence']:<3} {event['id']}{answer}{copy}"


def main() -> int:
    end_with_parent()
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        Courier(Options.of(os.environ[OPTIONS_VARIABLE]), stopping).run()
    except (UsageError, Refused) as error:
        print(error, file=sys.stderr)
        return 1
    except Unreachable as error:
        print(f"{error}. Start one with `gateway up`, or name one with --api-base.", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
