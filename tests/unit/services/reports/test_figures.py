"""What a merchant is shown of their money: figures of a period and a currency, and the history of a payment."""

from datetime import date, datetime

import pytest

from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest
from chalicelib.services.merchants import accounts
from chalicelib.services.payments import decide
from chalicelib.services.refunds import accept as refunds
from chalicelib.services.reports import stats, timeline
from chalicelib.services.webhooks import endpoints
from tests.unit.services import money
from tests.unit.services.money import body, new_order, process, settle, upi

FIRST, SECOND = date(2026, 3, 1), date(2026, 3, 2)


@pytest.fixture
def merchant(tables, sent, request):
    """One that has done nothing yet."""
    return accounts.create("Acme", f"{request.node.name}@acme.example").id


def pay(merchant, amount, currency="INR", vpa="success@upi"):
    order = new_order(merchant, amount=amount, currency=currency)
    payment_id = money.pay(order, upi(order, vpa))
    settle(payment_id)
    return payment_id


def refund(merchant, payment_id, amount):
    refund_id = body(refunds.create(merchant, payment_id, amount, "torn", None, "r"))["id"]
    process(refund_id)
    return refund_id


@pytest.fixture
def two_days(merchant, monkeypatch):
    """On the first: 1000 and a failure in INR; on the second: 2000 in INR, of it 300 given back, and 70 in USD."""

    def on(day):
        noon = datetime.fromisoformat(f"{day}T12:00:00+00:00").timestamp()
        monkeypatch.setattr(clock, "source", lambda: noon)

    on(FIRST)
    pay(merchant, 1000)
    pay(merchant, 5000, vpa="failure@upi")
    on(SECOND)
    refund(merchant, pay(merchant, 2000), 300)
    pay(merchant, 7000, "USD")
    return merchant


def figures(shown):
    return [shown[name] for name in ("successful", "failed", "total_amount", "refunded_amount", "success_rate")]


def test_figures_of_a_period_are_of_its_days_only(two_days):
    first = stats.stats(two_days, FIRST, FIRST, "INR")
    assert figures(first) == [1, 1, 1000, 0, 50]
    assert [day["date"] for day in first["series"]] == ["2026-03-01"]
    second = stats.stats(two_days, SECOND, SECOND, "INR")
    assert figures(second) == [2, 0, 2000, 300, 100]
    assert figures(stats.stats(two_days, FIRST, SECOND, "INR")) == [3, 1, 3000, 300, 75]


def test_amounts_are_of_one_currency_and_counts_of_all(two_days):
    shown = stats.stats(two_days, None, None, "USD")
    assert (shown["currency"], figures(shown)) == ("USD", [3, 1, 7000, 0, 75])
    assert figures(stats.stats(two_days, None, None, "JPY")) == [3, 1, 0, 0, 75]


def test_a_series_says_nothing_of_a_day_as_noughts(two_days):
    series = stats.stats(two_days, date(2026, 2, 28), SECOND, "INR")["series"]
    assert [(day["date"], day["total_amount"]) for day in series] == [
        ("2026-02-28", 0), ("2026-03-01", 1000), ("2026-03-02", 2000),
    ]  # fmt: skip


@pytest.mark.parametrize(("first", "last"), [(SECOND, FIRST), (date(2025, 3, 1), SECOND)])
def test_a_period_that_is_empty_or_longer_than_a_year_is_refused(merchant, first, last):
    with pytest.raises(BadRequest, match="366"):
        stats.stats(merchant, first, last, "INR")


def test_a_period_of_a_leap_year_is_not_too_long(merchant):
    assert len(stats.stats(merchant, date(2024, 1, 1), date(2024, 12, 31), "INR")["series"]) == 366


def test_the_timeline_tells_what_happened_to_a_payment_in_its_order(merchant):
    endpoint = endpoints.new(merchant, "https://shop.example.com/hook")
    endpoint.write()
    payment_id = pay(merchant, 1000)
    decide.capture(merchant, payment_id, 1000, None, "r")
    refund_id = refund(merchant, payment_id, 300)

    told = timeline.of_payment(merchant, payment_id)["data"]
    assert [
        (entry["what"], entry["detail"], entry["object_id"]) for entry in told if "webhook" not in entry["what"]
    ] == [
        ("created", None, payment_id),
        ("success", None, payment_id),
        ("captured", None, payment_id),
        ("refund created", "torn", refund_id),
        ("refund processed", None, refund_id),
    ]
    assert [entry["what"] for entry in told if "webhook" in entry["what"]] == [
        "webhook payment.success", "webhook refund.created", "webhook refund.processed",
    ]  # fmt: skip
    assert [entry["at"] for entry in told] == sorted(entry["at"] for entry in told)


def test_the_timeline_says_why_a_payment_failed(merchant):
    payment_id = pay(merchant, 1000, vpa="failure@upi")
    told = [(entry["what"], entry["detail"]) for entry in timeline.of_payment(merchant, payment_id)["data"]]
    assert told == [("created", None), ("failed", "Payment processing failed")]


def test_a_voided_payment_counts_for_the_rate_and_for_nothing_else(merchant):
    pay(merchant, 1000)
    decide.void(merchant, pay(merchant, 2000), None, "r")

    assert figures(stats.stats(merchant, None, None, "INR")) == [1, 0, 1000, 0, 100]


def test_the_timeline_tells_that_a_payment_was_voided(merchant):
    payment_id = pay(merchant, 1000)
    decide.void(merchant, payment_id, None, "r")

    told = [entry["what"] for entry in timeline.of_payment(merchant, payment_id)["data"]]
    assert told == ["created", "success", "voided"]
