"""Sends a payer back to the shop, with a result that the shop's server can verify."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from chalicelib.domain.payments import LIVE, face
from chalicelib.persistence.payments import Payment
from chalicelib.services import orders
from chalicelib.services.merchants import credentials
from chalicelib.services.payments import records


def link(payment_id: str, key: str) -> dict[str, Any]:
    """Returns the address at which the shop awaits the payer of a settled payment; None while there is none.

    key: the API key of the payer's page, whose secret signs. Only who knows the payment's id gets the signature, and it
    covers nothing but the payment's true result. Raises NotFound or AuthenticationFailed.
    """
    payment = records.find(payment_id, credentials.merchant_of(key))
    address = orders.find(payment.order_id).return_url
    if not address or payment.state in LIVE:
        return {"url": None}
    return {"url": _with(address, _result(payment, key))}


def _result(payment: Payment, key: str) -> dict[str, str]:
    told = {"order_id": payment.order_id, "payment_id": payment.id, "status": face(payment.state).status.value}
    return told | {"signature": credentials.sign(key, "|".join(told.values()).encode())}


def _with(address: str, result: dict[str, str]) -> str:
    """Adds the result to the address's own parameters."""
    parts = urlsplit(address)
    return parts._replace(query="&".join(filter(None, (parts.query, urlencode(result))))).geturl()
