from uuid import uuid4

import pytest

from chalicelib.domain.errors import Unavailable
from chalicelib.services.merchants import accounts
from chalicelib.services.privacy import erasing
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


@pytest.fixture
def dies_at(monkeypatch):
    """Erases a customer, and is killed before a step's write."""
    really = erasing._set

    def run(step, merchant_id, who):
        left = iter(range(step))

        def dying(record, wanted):
            if wanted and next(left, None) is None:
                raise Unavailable("killed")
            return really(record, wanted)

        with monkeypatch.context() as patch:
            patch.setattr(erasing, "_set", dying)
            with pytest.raises(Unavailable):
                erasing.erase(merchant_id, who, "op")

    return run
