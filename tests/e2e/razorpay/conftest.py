"""The official client, unmodified, pointed at the gateway by its own option."""

import time

import pytest
import razorpay
import requests

from tests.e2e.client import KEY, SECRET
from tests.e2e.razorpay.site import Shop


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


@pytest.fixture
def settlement(gateway_url, shop, paid):
    """A settlement of the paid order's money, once it has arrived."""
    url = f"{gateway_url}/api/v1/sandbox/settlements"
    answer = requests.post(url, json={"pending": True}, auth=(KEY, SECRET), timeout=30)
    (made,) = answer.json()["data"]
    deadline = time.monotonic() + 30
    while (found := shop.settlement.fetch(made["id"]))["status"] == "created":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return found


@pytest.fixture
def reported(shop):
    """The lines of the month's report that belong to a settlement."""

    def lines(settlement):
        month = time.gmtime(settlement["created_at"])
        found = shop.settlement.report({"year": month.tm_year, "month": month.tm_mon, "count": 1000})["items"]
        return [line for line in found if line["settlement_id"] == settlement["id"]]

    return lines


@pytest.fixture
def site():
    made = Shop()
    yield made
    made.server.shutdown()


@pytest.fixture
def page(browser, complaints):
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(20_000)
    page = context.new_page()
    complaints.watch(page)
    complaints.expect("favicon.ico")
    yield page
    context.close()
