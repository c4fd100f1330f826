"""Reads what an event keeps of its order's payment link."""

from typing import Any

from chalicelib.domain.counterparts import LINK
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payment_links import PaymentLink


def facts(order: Order | None) -> dict[str, Any]:
    """Returns the link's record as a fact of an event. Reads the database only if the order has a link."""
    link = PaymentLink.find(order.link_id) if order and order.link_id else None
    return {LINK: {name: value for name, value in link.attribute_values.items() if value is not None}} if link else {}
