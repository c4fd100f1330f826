"""Each refusal to move money has a reason for programs, beside the contract's code, field and sentence."""

import json

import pytest

from chalicelib.domain.errors import Reason
from chalicelib.domain.terms import Terms
from chalicelib.persistence.orders import Order
from chalicelib.services import orders
from chalicelib.services.books import terms
from chalicelib.services.merchants import accounts
from tests.unit.services.payments.test_a_payments_life_over_http import Caller

UPI = {"method": "upi", "vpa": "success@upi"}
SEEN = set()


@pytest.fixture(scope="module")
def caller(tables):
    made = accounts.create("Reasons", "reasons@example.com")
    caller = Caller(made.pair)
    caller.merchant_id = made.id
    return caller


def refused(caller, path, body=None):
    """(reason, code, field)."""
    error = caller.ask("POST", path, body, 400)["error"]
    SEEN.add(error["reason"])
    return error["reason"], error["code"], error.get("field")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ([Order.status.set("paid")], "order_paid"),
        ([Order.status.set("cancelled")], "order_cancelled"),
        ([Order.status.set("expired")], "order_expired"),
        ([Order.status.set("attempted"), Order.live_payment_id.set("pay_1")], "payment_in_progress"),
    ],
)
def test_an_order_says_why_it_takes_no_payment_and_cannot_be_cancelled(caller, changes, reason):
    order = caller.order()
    orders.find(order).change(changes, Order.id.exists())
    code = "BAD_REQUEST_ERROR"
    assert refused(caller, "/payments", {"order_id": order, **UPI}) == (reason, code, "order_id")
    assert refused(caller, f"/orders/{order}/cancel") == (reason, code, None)


def test_an_order_whose_time_is_over_says_so_before_its_deadline_has_run(caller):
    order = caller.order()
    orders.find(order).change([Order.expires_at.set(1)], Order.id.exists())
    assert refused(caller, "/payments", {"order_id": order, **UPI})[0] == "order_expired"


def test_a_payment_says_why_its_money_does_not_move(caller):
    failed = caller.pay({"method": "upi", "vpa": "failure@upi"})["id"]
    assert refused(caller, f"/payments/{failed}/capture", {"amount": 1000})[0] == "not_capturable"
    assert refused(caller, f"/payments/{failed}/void")[0] == "not_voidable"
    assert refused(caller, f"/payments/{failed}/refunds", {"amount": 1})[0] == "not_refundable"
    good = caller.pay(UPI)["id"]
    assert refused(caller, f"/payments/{good}/capture", {"amount": 999}) == (
        "amount_mismatch", "BAD_REQUEST_ERROR", "amount",
    )  # fmt: skip
    assert refused(caller, f"/payments/{good}/refunds", {"amount": 1001})[0] == "refund_exceeds_available"


def test_a_refund_says_that_the_balance_does_not_reach(caller):
    terms.agree(caller.merchant_id, Terms(refunds_within_balance=True))
    good = caller.pay(UPI)["id"]
    caller.ask("POST", f"/payments/{good}/capture", {"amount": 1000}, 200)
    assert refused(caller, f"/payments/{good}/refunds", {"amount": 1000}) == (
        "refund_exceeds_balance", "BAD_REQUEST_ERROR", "amount",
    )  # fmt: skip


def test_a_dispute_says_why_it_is_refused(caller):
    held = caller.pay(UPI)["id"]
    path = "/sandbox/disputes"
    assert refused(caller, path, {"payment_id": held})[0] == "not_disputable"
    taken = caller.pay(UPI, capture="automatic")["id"]
    assert refused(caller, path, {"payment_id": taken, "amount": 1001})[0] == "dispute_exceeds_available"
    made = caller.ask("POST", path, {"payment_id": taken}, 201)["id"]
    caller.ask("POST", f"/disputes/{made}/accept")
    assert refused(caller, f"/disputes/{made}/accept")[0] == "dispute_not_open"


def test_every_reason_is_seen_here_or_with_the_tries():
    assert {str(reason) for reason in Reason} - SEEN == {"too_many_attempts"}


def test_an_error_that_is_no_rule_of_money_has_no_reason(caller):
    assert "reason" not in caller.ask("POST", "/orders", {"amount": 1}, 400)["error"]
    assert "reason" not in json.dumps(caller.ask("GET", "/orders/order_unknown", status=404))
