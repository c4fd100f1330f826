"""What a page or a plugin asks about an account with its key alone: the methods and the preferences."""

from typing import Any

from chalicelib.config import settings
from chalicelib.methods import METHODS
from chalicelib.razorpay.asked import Asked
from chalicelib.razorpay.router import on
from chalicelib.services import orders
from chalicelib.services.merchants import accounts

NETWORKS = {"AMEX": 1, "DICL": 0, "MC": 1, "MAES": 0, "VISA": 1, "JCB": 0, "RUPAY": 1, "BAJAJ": 0, "UNP": 0}
BANKS = {
    "HDFC": "HDFC Bank",
    "ICIC": "ICICI Bank",
    "KKBK": "Kotak Mahindra Bank",
    "SBIN": "State Bank of India",
    "UTIB": "Axis Bank",
}


@on("GET", "/v1/methods", None)
def get_methods(_: Asked) -> dict[str, Any]:
    return _methods()


def _methods() -> dict[str, Any]:
    card, upi = "card" in METHODS, "upi" in METHODS
    return {
        "entity": "methods",
        "card": card,
        "debit_card": card,
        "credit_card": card,
        "prepaid_card": card,
        "card_networks": NETWORKS,
        "amex": card,
        "netbanking": BANKS if "netbanking" in METHODS else {},
        "wallet": [],
        "emi": False,
        "upi": upi,
        "upi_intent": upi,
        "cardless_emi": [],
        "paylater": [],
    }


@on("GET", "/v1/preferences", None)
def get_preferences(asked: Asked) -> dict[str, Any]:
    """Shows what a checkout needs before it opens. order_id: of the order that it will pay."""
    shown: dict[str, Any] = {
        "options": {"theme": {"color": None}, "image": None, "remember_customer": False},
        "merchant_name": accounts.name_of(asked.merchant_id),
        "mode": "test" if settings().is_test_stage else "live",
        "activated": True,
        "global": False,
        "fee_bearer": False,
        "language_code": "en",
        "methods": _methods(),
    }
    if order_id := asked.query.text("order_id"):
        order = orders.find(order_id, asked.merchant_id)
        shown["order"] = {
            "amount": order.amount,
            "amount_due": int(order.amount) - int(order.amount_paid),
            "amount_paid": order.amount_paid,
            "currency": order.currency,
            "partial_payment": order.first_part_min is not None,
            "first_payment_min_amount": order.first_part_min,
        }
    return shown
