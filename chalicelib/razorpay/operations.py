"""Names the modules whose views the router knows. A new group of operations is a new module in this list."""

from chalicelib.razorpay import (
    account,
    checkout,
    customers,
    disputes,
    downtimes,
    items,
    links,
    orders,
    payments,
    plans,
    qr_codes,
    refunds,
    settlements,
    subscriptions,
    webhooks,
)

MODULES = (
    orders,
    payments,
    refunds,
    disputes,
    settlements,
    downtimes,
    customers,
    items,
    links,
    qr_codes,
    plans,
    subscriptions,
    webhooks,
    account,
    checkout,
)


def register() -> int:
    """Returns the number of groups. Their import has registered their routes."""
    return len(MODULES)
