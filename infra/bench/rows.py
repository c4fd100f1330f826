"""`python -m infra.bench rows [URL]`: the rows by which gateways of this API are compared, for any of them.

Without a URL the rows are those of this gateway, which is started for it. Another gateway has to know the test merchant's
key and to take the address of webhooks at PUT /api/v1/merchants/webhook. Compare gateways in turn on one idle machine.
"""

from collections.abc import Iterator, Sequence

from infra.bench import gateway, load, timing
from infra.bench.gateway import Gateway
from infra.bench.load import Answer, Request

CLIENTS = (1, 32)
REQUESTS = 500
ONE_BY_ONE = 40
HEAD = ("row", "requests", "a second", "p50 ms", "p95 ms")

Row = tuple[str, int, float, float, float]


def _row(name: str, answers: Sequence[Answer]) -> Row:
    took = max(each.started + each.seconds for each in answers) - min(each.started for each in answers)
    times = [each.seconds * 1000 for each in answers]
    p50, p95 = (round(timing.percentile(times, share), 2) for share in (0.5, 0.95))
    return name, len(answers), round(len(answers) / took, 1), p50, p95


def _of_requests(running: Gateway, clients: int) -> Iterator[Row]:
    def send(name: str, requests: list[Request]) -> list[Answer]:
        answers = load.send(running.base, requests, clients)
        rows.append(_row(f"{name}, {clients} clients", answers))
        return answers

    rows: list[Row] = []
    orders = load.ids_of(send("POST order", [load.order()] * REQUESTS))
    send("GET order", [Request("GET", f"/api/v1/orders/{each}") for each in orders])
    payments = load.ids_of(send("POST payment", [load.payment(each) for each in orders]))
    send("GET payment", [Request("GET", f"/api/v1/payments/{each}") for each in payments])
    send("list of 10 payments", [Request("GET", "/api/v1/payments?limit=10")] * 50)
    yield from rows


def _of_webhooks(running: Gateway) -> Iterator[Row]:
    burst, idle = timing.burst(running, REQUESTS, max(CLIENTS)), timing.idle(running, ONE_BY_ONE)
    for name, figures in (("burst, request to webhook", burst), ("idle, request to webhook", idle)):
        took = figures["create_to_webhook_ms"]
        yield name, figures["payments"], figures.get("webhooks_per_second", 0.0), took["p50"], took["p95"]


def of(running: Gateway) -> list[Row]:
    """Returns the rows of a running gateway. Raises AssertionError if it refuses a request or sends no webhook."""
    load.send(running.base, [load.order()] * 100, 8)
    return [*(row for clients in CLIENTS for row in _of_requests(running, clients)), *_of_webhooks(running)]


def measure(base: str = "") -> list[Row]:
    """Returns the rows of the gateway at this address; without an address, of this gateway."""
    if base:
        return of(Gateway(base.rstrip("/"), "", {}))
    with gateway.running() as running:
        return of(running)
