from uuid import uuid4

import pytest

from chalicelib.services.merchants import accounts
from tests.support.receiver import Receiver
from tests.support.shop import Shop


@pytest.fixture
def merchant(emulator, drain):
    """A new merchant with an endpoint, and its view of the API."""
    made, server = accounts.create("Acme", f"{uuid4()}@acme.example"), Receiver()
    shop = Shop({"X-Api-Key": made.pair.key, "X-Api-Secret": made.pair.secret})
    events = ["payment.success", "payment.captured", "refund.created", "refund.processed", "order.paid"]
    shop.make("/webhook-endpoints", {"url": server.url("/hook"), "events": events})
    shop.server = server
    yield made, shop
    server.close()
