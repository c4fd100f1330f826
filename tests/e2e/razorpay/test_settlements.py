import time

import pytest
import requests
from razorpay.errors import BadRequestError

from tests.e2e.client import KEY, SECRET


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


def test_a_settlement_is_fetched_listed_and_reported(shop, order, paid, settlement):
    assert settlement["status"] == "processed"
    assert settlement in shop.settlement.all({"count": 100})["items"]
    today = time.gmtime(settlement["created_at"])
    asked = {"year": today.tm_year, "month": today.tm_mon, "count": 1000}
    lines = [each for each in shop.settlement.report(asked)["items"] if each["settlement_id"] == settlement["id"]]
    assert sum(line["credit"] - line["debit"] for line in lines) == settlement["amount"]
    (line,) = [line for line in lines if line["entity_id"] == paid["razorpay_payment_id"]]
    assert (line["order_id"], line["order_receipt"], line["amount"]) == (order["id"], "r-1", 50000)


def test_an_unknown_settlement_and_downtime_are_refused(shop):
    for ask in (shop.settlement.fetch, shop.payment.fetchDownTimeById):
        with pytest.raises(BadRequestError, match=r"^The id provided does not exist$"):
            ask("unknown")
    assert shop.payment.fetchDownTime()["items"] == []
