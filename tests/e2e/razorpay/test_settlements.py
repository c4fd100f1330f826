import pytest
from razorpay.errors import BadRequestError


def test_a_settlement_is_fetched_listed_and_reported(shop, order, paid, settlement, reported):
    assert settlement["status"] == "processed"
    assert settlement in shop.settlement.all({"count": 100})["items"]
    lines = reported(settlement)
    assert sum(line["credit"] - line["debit"] for line in lines) == settlement["amount"]
    (line,) = [line for line in lines if line["entity_id"] == paid["razorpay_payment_id"]]
    assert (line["order_id"], line["order_receipt"], line["amount"]) == (order["id"], "r-1", 50000)


def test_an_unknown_settlement_and_downtime_are_refused(shop):
    for ask in (shop.settlement.fetch, shop.payment.fetchDownTimeById):
        with pytest.raises(BadRequestError, match=r"^The id provided does not exist$"):
            ask("unknown")
    assert shop.payment.fetchDownTime()["items"] == []


def test_a_report_passes_over_a_bounded_number_of_lines(shop):
    with pytest.raises(BadRequestError, match="skip"):
        shop.settlement.report({"year": 2026, "month": 11, "skip": 10_001})
