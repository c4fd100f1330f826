"""Money, UPI addresses, ids, the clock and errors."""

import re
from datetime import UTC, datetime

import pytest

from chalicelib.domain import clock, errors, money, upi
from chalicelib.domain.payments import refund_status


@pytest.mark.parametrize("vpa", ["user@paytm", "a.b_c-1@Bank2", "9876543210@upi", "@".join(["u" * 251, "upi"])])
def test_a_upi_address_is_a_name_and_a_bank(vpa):
    assert upi.check_vpa(vpa) == vpa


@pytest.mark.parametrize(
    "vpa",
    ["", "user", "@bank", "user@", "a@b@c", "user@ba.nk", "us er@bank", "user@bank\n", "ü@bank", "u" * 252 + "@upi"],
)
def test_anything_else_is_no_upi_address(vpa):
    with pytest.raises(errors.InvalidVpa):
        upi.check_vpa(vpa)


def test_amounts_stay_exact_in_a_merchants_javascript():
    assert float(money.MAX_AMOUNT) == money.MAX_AMOUNT
    assert float(money.MAX_AMOUNT + 2) != money.MAX_AMOUNT + 2


def test_currencies_are_codes_of_iso_4217():
    assert {"INR", "USD", "EUR", "JPY"} <= money.CURRENCIES
    assert all(re.fullmatch("[A-Z]{3}", code) for code in money.CURRENCIES)
    assert not {"XXX", "XAU", "XTS"} & money.CURRENCIES


@pytest.mark.parametrize("seconds", [0, 1.5, 1790000000.123456, -62135596800, 253402300799])
def test_a_time_is_written_in_utc_and_read_back(seconds):
    text = clock.iso(seconds)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", text)
    assert clock.seconds(text) == pytest.approx(seconds, abs=1e-5)


def test_times_sort_as_text():
    moments = [-62135596800, -1, 0, 0.000001, 1, 1790000000, 253402300799]
    assert sorted(map(clock.iso, moments)) == [clock.iso(moment) for moment in moments]


def test_a_time_with_another_zone_is_the_same_moment():
    assert (
        clock.seconds("2026-01-01T05:30:00+05:30")
        == clock.seconds("2026-01-01")
        == datetime(2026, 1, 1, tzinfo=UTC).timestamp()
    )


def test_the_clock_can_be_set(monkeypatch):
    monkeypatch.setattr(clock, "source", lambda: 86400.0)
    assert clock.day(clock.iso(clock.now())) == "1970-01-02"


@pytest.mark.parametrize(("refunded", "status"), [(0, None), (1, "partial"), (99, "partial"), (100, "full")])
def test_the_refund_status_follows_from_the_amounts(refunded, status):
    assert refund_status(100, refunded) == status


@pytest.mark.parametrize(
    ("error", "status", "code", "description"),
    [
        (errors.AuthenticationFailed(), 401, "AUTHENTICATION_ERROR", "Invalid API credentials"),
        (errors.BadRequest("why"), 400, "BAD_REQUEST_ERROR", "why"),
        (errors.Forbidden("why"), 403, "AUTHENTICATION_ERROR", "why"),
        (errors.NotFound("Order"), 404, "NOT_FOUND_ERROR", "Order not found"),
        (errors.InvalidVpa(), 400, "INVALID_VPA", "VPA format invalid"),
        (errors.InvalidCard("card.cvv"), 400, "INVALID_CARD", "Card validation failed"),
        (errors.ExpiredCard(), 400, "EXPIRED_CARD", "Card expiry date invalid"),
        (
            errors.IdempotencyMismatch(),
            422,
            "IDEMPOTENCY_ERROR",
            "Idempotency-Key was already used for a different request",
        ),
        (errors.TooManyRequests(3), 429, "RATE_LIMIT_ERROR", "Too many requests"),
        (errors.GatewayError("why"), 500, "SERVER_ERROR", "why"),
        (errors.Unavailable("why"), 503, "SERVER_ERROR", "why"),
    ],
)
def test_every_error_has_the_contracts_status_code_and_text(error, status, code, description):
    assert (error.status, error.code, error.description) == (status, code, description)
