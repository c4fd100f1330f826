"""Names the modules whose views the router knows. A new group of operations is a new module in this list."""

from chalicelib import stage
from chalicelib.razorpay import (
    account,
    checkout,
    customers,
    direct,
    disputes,
    downtimes,
    hosted,
    invoices,
    items,
    links,
    orders,
    payments,
    plans,
    qr_codes,
    refunds,
    settlements,
    subscriptions,
    tokens,
    webhooks,
)

MODULES = (
    orders,
    payments,
    direct,
    refunds,
    disputes,
    settlements,
    downtimes,
    customers,
    tokens,
    items,
    invoices,
    links,
    qr_codes,
    plans,
    subscriptions,
    webhooks,
    account,
    checkout,
    hosted,
)


def register() -> int:
    """Returns the number of groups. Their import has registered their routes."""
    stage.register_views()
    return len(MODULES)
