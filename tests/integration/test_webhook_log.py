"""The log of deliveries as a merchant filters it."""

from uuid import uuid4

import pytest

from chalicelib.services.merchants import accounts
from tests.support.receiver import Receiver
from tests.support.shop import Shop

HEALTHY, GONE = "/healthy", "/gone"


@pytest.fixture(scope="module")
def log(emulator, workers):
    """Asks for the log of a merchant of whose three webhooks one, the last endpoint's only one, failed."""
    pair = accounts.create("Acme", f"{uuid4()}@acme.example").pair
    shop, server = Shop({"X-Api-Key": pair.key, "X-Api-Secret": pair.secret}), Receiver()
    server.scripts[GONE] = lambda _: 410
    wanted = {HEALTHY: ["payment.success", "payment.failed"], GONE: ["payment.success"]}
    made = {
        path: shop.make("/webhook-endpoints", {"url": server.url(path), "events": events})["id"]
        for path, events in wanted.items()
    }
    workers.empty()
    for vpa in ("success@upi", "failure@upi"):
        shop.pay(shop.order()["id"], vpa)
    workers.drain()
    server.close()

    def ask(**filters):
        query = "&".join(f"{name}={made.get(value, value)}" for name, value in filters.items())
        page = shop.get(f"/webhooks?{query}")
        paths = {endpoint_id: path for path, endpoint_id in made.items()}
        rows = {(paths[row["endpoint_id"]], row["event"], row["status"]) for row in page["data"]}
        assert page["total"] == len(page["data"])
        return rows

    return ask


PAID = (HEALTHY, "payment.success", "success")
FAILED = (HEALTHY, "payment.failed", "success")
LOST = (GONE, "payment.success", "failed")


@pytest.mark.parametrize(
    ("filters", "rows"),
    [
        ({}, {PAID, FAILED, LOST}),
        ({"status": ""}, {PAID, FAILED, LOST}),
        ({"status": "success"}, {PAID, FAILED}),
        ({"status": "failed"}, {LOST}),
        ({"status": "pending"}, set()),
        ({"event": "payment.success"}, {PAID, LOST}),
        ({"event": "refund.created"}, set()),
        ({"endpoint_id": GONE}, {LOST}),
        ({"endpoint_id": "we_nobody"}, set()),
        ({"endpoint_id": HEALTHY, "event": "payment.failed"}, {FAILED}),
        ({"status": "failed", "event": "payment.failed"}, set()),
        ({"to": "2020-01-01"}, set()),
        ({"from": "2020-01-01", "status": "failed"}, {LOST}),
    ],
)
def test_a_log_shows_what_its_filters_say(log, filters, rows):
    assert log(**filters) == rows


def test_an_unknown_value_of_a_filter_is_refused(shop):
    for filters in ("status=lost", "event=payment.lost"):
        assert shop.ask("GET", f"/webhooks?{filters}").status == 400
