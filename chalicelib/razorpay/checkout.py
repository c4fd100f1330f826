"""What the payer's window hands to the shop's page after a payment."""

from typing import Any

from chalicelib.razorpay.asked import Asked
from chalicelib.razorpay.router import on
from chalicelib.services.entities import results


@on("GET", "/v1/checkout/payments/{payment_id}", None)
def get_result(asked: Asked, payment_id: str) -> dict[str, Any]:
    return results.result(asked.merchant_id, asked.public_key, payment_id)
