"""The official client, unmodified, pointed at the gateway by its own option."""

import pytest
import razorpay
import requests

from tests.e2e.client import KEY, SECRET


class Payer:
    """Pays orders as the checkout does, without a browser."""

    def __init__(self, url):
        self.url = url

    def ask(self, order_id, **how):
        body = {"order_id": order_id, **how}
        return requests.post(f"{self.url}/api/v1/sandbox/razorpay/pay", json=body, auth=(KEY, SECRET), timeout=60)

    def pay(self, order_id, **how):
        answer = self.ask(order_id, **how)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="session")
def shop(gateway_url):
    return razorpay.Client(auth=(KEY, SECRET), base_url=gateway_url)


@pytest.fixture(scope="session")
def payer(gateway_url):
    return Payer(gateway_url)


@pytest.fixture
def order(shop):
    return shop.order.create({"amount": 50000, "currency": "INR", "receipt": "r-1", "notes": {"table": "7"}})


@pytest.fixture
def paid(order, payer):
    return payer.pay(order["id"])
