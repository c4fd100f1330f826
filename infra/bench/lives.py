"""Walks payments through their whole life in one process and accounts for each step.

`python -m infra.bench.lives` is the child process of measure(): it prints {step: account} as JSON. A batch of ten and
a batch of one walk through every step. The figures are divided by the number of payments in the batch.
"""

import json
import math
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlencode

from infra.bench import payouts, sandbox
from infra.bench.dollars import OVERTAKEN
from infra.bench.ledger import Account, Ledger
from infra.local.mappings import Context, load_handler, to_record

KEYS = {"X-Api-Key": "key_test_abc123", "X-Api-Secret": "secret_test_xyz789", "Content-Type": "application/json"}
UPI = {"method": "upi", "vpa": "user@paytm"}
CARD = {
    "method": "card",
    "card": {
        "number": "4111111111111111",
        "expiry_month": "12",
        "expiry_year": "2035",
        "cvv": "123",
        "holder_name": "Asha Rao",
    },
}
# Kinds of payments: the order's terms, and the instrument.
KINDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "upi": ({}, UPI),
    "captured upi": ({"capture": "automatic"}, UPI),
    "card": ({}, CARD),
}
BATCHES = (10, 1)
INVOCATION_SECONDS = 30
SETTLE, REFUND, DELIVER = (
    f"functions.{module}.handler" for module in ("process_payment", "process_refund", "deliver_webhook")
)

Step = dict[str, Any]


class _Receiver(BaseHTTPRequestHandler):
    """Accepts every webhook."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        answer = b'{"received":true}'
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def receiver() -> Iterator[str]:
    """Yields the URL of a webhook receiver that runs for the time of the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/webhooks/payment-gateway/production"
    finally:
        server.shutdown()


class Walker:
    """Runs the application in this process: its API, and its functions with messages from the queues."""

    def __init__(self, ledger: Ledger, plain_sqs: Any) -> None:
        """Makes the clients of the application. plain_sqs: a client that the ledger does not listen to."""
        from chalice.test import Client  # noqa: PLC0415  # a stopwatch in another module starts before these imports

        from app import app  # noqa: PLC0415
        from chalicelib import aws  # noqa: PLC0415

        self._http = Client(app).http
        self._sqs = aws.client("sqs")
        self._plain_sqs = plain_sqs
        self._ledger = ledger
        self.steps: dict[str, Step] = {}

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Any:
        """Makes a request and returns the answer's body. Raises AssertionError for an answer without success."""
        path += f"?{urlencode(query)}" if query else ""
        text = json.dumps(body).encode() if body is not None else b""
        answer = self._http.request(method, path, headers={**KEYS, **(headers or {})}, body=text)
        if answer.status_code >= 300:  # noqa: PLR2004
            raise AssertionError(f"{method} {path}: {answer.status_code} {answer.body!r}")
        return answer.json_body

    def drain(self, queue: str, handler: str, batch: int) -> int:
        """Works as an event source mapping: receives, invokes, deletes. Returns the number of invocations."""
        function, invocations = load_handler(handler), 0
        while self._waiting(queue):
            messages = self._receive(queue, batch)
            event = {"Records": [to_record(message, queue) for message in messages]}
            failed = function(event, Context(handler, INVOCATION_SECONDS))["batchItemFailures"]
            if failed:
                raise AssertionError(f"{handler} failed: {failed}")
            self._delete(queue, messages)
            invocations += 1
        return invocations

    def _waiting(self, queue: str) -> int:
        from chalicelib import queues  # noqa: PLC0415

        name = "ApproximateNumberOfMessages"
        answer = self._plain_sqs.get_queue_attributes(QueueUrl=queues.url(queue), AttributeNames=[name])
        return int(answer["Attributes"][name])

    def _receive(self, queue: str, batch: int) -> list[dict[str, Any]]:
        from chalicelib import queues  # noqa: PLC0415

        answer = self._sqs.receive_message(
            QueueUrl=queues.url(queue),
            MaxNumberOfMessages=batch,
            MessageSystemAttributeNames=["All"],
        )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages

    def _delete(self, queue: str, messages: list[dict[str, Any]]) -> None:
        from chalicelib import queues  # noqa: PLC0415

        entries = [{"Id": str(i), "ReceiptHandle": m["ReceiptHandle"]} for i, m in enumerate(messages)]
        self._sqs.delete_message_batch(QueueUrl=queues.url(queue), Entries=entries)

    def deadlines_of(self, object_ids: AbstractSet[str]) -> list[Any]:
        """Returns the deadline rows of these objects, uncounted. Raises AssertionError for an object without a row."""
        from chalicelib import queues  # noqa: PLC0415
        from chalicelib.persistence.deadlines import Deadline  # noqa: PLC0415

        items = self.scan("deadlines")
        rows = [
            Deadline(bucket=i["bucket"]["S"], due=i["due"]["S"], job=i["job"]["S"]) for i in items if "expires_at" in i
        ]
        mine = {row.key(): row for row in rows if queues.decode(row.job).object_id in object_ids}
        if {queues.decode(row.job).object_id for row in mine.values()} != object_ids:
            raise AssertionError("a payment without a deadline")
        return list(mine.values())

    def scan(self, entity: str) -> list[Any]:
        """Returns all items of a table, uncounted."""
        return self._ledger.scan(entity)

    def step(self, name: str, times: int, work: Callable[[], int]) -> None:
        """Accounts for `work`, which returns its number of Lambda invocations. Divides the account by `times`."""
        self.warm()
        with self._ledger.account() as account:
            invocations = work()
        self.steps[name] = _shares(account, invocations, times)

    def warm(self) -> None:
        """Refills the caches that live for seconds, so that no cache expires within a step."""
        from chalicelib.config import TEST_MERCHANT_ID  # noqa: PLC0415
        from chalicelib.services.books import terms  # noqa: PLC0415
        from chalicelib.services.merchants import credentials  # noqa: PLC0415
        from chalicelib.services.webhooks import endpoints, shares  # noqa: PLC0415

        credentials.forget()
        terms.forget()
        terms.of(TEST_MERCHANT_ID)
        shares.PORTION_SECONDS = math.inf  # a slow machine must not fill a portion of a worker's time
        endpoints._recent.clear()  # noqa: SLF001  # nothing but this measurement needs it
        endpoints.recent(TEST_MERCHANT_ID)
        self.call("GET", "/api/v1/merchants/profile")


def _shares(account: Account, invocations: int, times: int) -> Step:
    figures = {name: _share(value, times) for name, value in vars(account).items()}
    return {**figures, "invocations": round(invocations / times, 3)}


def _share(value: Any, times: int) -> Any:
    if isinstance(value, Counter):
        return {name: round(count / times, 3) for name, count in sorted(value.items())}
    return round(value / times, 3)


def _each(times: int, call: Callable[[int], Any], results: list[Any]) -> int:
    """Makes the requests. Each request to the API is one invocation of its function."""
    results.extend(call(i) for i in range(times))
    return times


def walk(walker: Walker, kind: str, batch: int) -> None:
    """Walks `batch` payments through one life. A step's name ends with the kind and the batch size."""
    orders: list[Any] = []
    payments: list[Any] = []
    mark = f"{kind}, batches of {batch}"
    terms, instrument = KINDS[kind]
    walker.step(
        f"create order ({mark})",
        batch,
        lambda: _each(batch, lambda _: walker.call("POST", "/api/v1/orders", {"amount": 50000, **terms}), orders),
    )

    def pay(i: int) -> Any:
        return walker.call("POST", "/api/v1/payments", {"order_id": orders[i]["id"], **instrument})

    def poll(i: int) -> Any:
        return walker.call("GET", f"/api/v1/payments/{payments[i]['id']}/public")

    walker.step(f"create payment ({mark})", batch, lambda: _each(batch, pay, payments))
    walker.step(f"settle ({mark})", batch, lambda: walker.drain("payments", SETTLE, batch))
    walker.step(f"deliver ({mark})", batch, lambda: walker.drain("deliveries", DELIVER, batch))
    rows = walker.deadlines_of({payment["id"] for payment in payments})
    walker.step(f"{OVERTAKEN} ({mark})", batch, lambda: _a_day_later(walker, rows, batch))
    walker.step(f"poll status ({mark})", batch, lambda: _each(batch, poll, []))
    walker.step(f"get balance ({mark})", 1, lambda: _each(1, lambda _: walker.call("GET", "/api/v1/balance"), []))
    refund(walker, mark, [payment["id"] for payment in payments], batch)


def _a_day_later(walker: Walker, rows: Sequence[Any], batch: int) -> int:
    """Sends the deadlines. The worker finds that it has nothing to do.

    The dispatcher also reads and writes once a minute, whatever the number of payments. docs/operations.md counts that.
    """
    from chalicelib.domain import clock  # noqa: PLC0415
    from chalicelib.domain.payments import GIVE_UP_SECONDS  # noqa: PLC0415
    from chalicelib.services.waits import deadlines  # noqa: PLC0415

    today = clock.source
    clock.source = lambda: today() + GIVE_UP_SECONDS
    try:
        deadlines.send(rows)
        return walker.drain("payments", SETTLE, batch)
    finally:
        clock.source = today


def refund(walker: Walker, mark: str, payment_ids: list[str], batch: int) -> None:
    """Refunds the payments. Each refund sends two webhooks: refund.created and refund.processed."""

    def ask(i: int) -> Any:
        return walker.call("POST", f"/api/v1/payments/{payment_ids[i]}/refunds", {"amount": 50000})

    walker.step(f"create refund ({mark})", batch, lambda: _each(batch, ask, []))
    walker.step(f"process refund ({mark})", batch, lambda: walker.drain("refunds", REFUND, batch))
    walker.step(f"deliver both ({mark})", batch, lambda: walker.drain("deliveries", DELIVER, batch))


def walk_everything(ledger: Ledger, plain_sqs: Any) -> dict[str, Step]:
    """Walks through all lives with warm caches: an uncounted life of each kind comes first."""
    from chalicelib.services.merchants.accounts import seed_test_merchant  # noqa: PLC0415

    seed_test_merchant()
    walker = Walker(ledger, plain_sqs)
    with receiver() as url:
        walker.call("PUT", "/api/v1/merchants/webhook", {"webhook_url": url})
        for kind in KINDS:
            for batch in (1, *BATCHES):
                walk(walker, kind, batch)
        payouts.walk(walker, SETTLE, DELIVER, UPI)
        once = {"Idempotency-Key": "bench"}
        body = {"amount": 50000}
        for name in ("create order, with an Idempotency-Key", "the same again"):
            walker.step(name, 1, lambda: _each(1, lambda _: walker.call("POST", "/api/v1/orders", body, once), []))
    return walker.steps


def measure() -> dict[str, Step]:
    """Returns the accounts of all steps, measured in a fresh process on its own emulator."""
    with sandbox.emulated() as endpoint:
        environ = sandbox.application_environment(endpoint)
        steps: dict[str, Step] = sandbox.run_child("infra.bench.lives", environ)
    return steps


def main() -> None:
    import boto3  # noqa: PLC0415  # only for the uncounted client

    from chalicelib import aws  # noqa: PLC0415

    ledger = Ledger(boto3.client("dynamodb"))
    session = aws._session()  # noqa: SLF001  # the one place to listen to every client of the application
    ledger.listen(session.get_component("event_emitter"))
    print(json.dumps(walk_everything(ledger, boto3.client("sqs"))))


if __name__ == "__main__":
    main()
