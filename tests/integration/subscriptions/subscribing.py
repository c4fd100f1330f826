"""Makes subscriptions to a monthly plan, and reads their records."""

from typing import Any

from chalicelib.persistence.payments import Payment
from chalicelib.persistence.subscriptions import Subscription
from tests.support.shop import Shop, Workers
from tests.support.surface import make

DAY = 86400
MONTH = 31 * DAY + 600
ITEM = {"name": "Tea", "amount": 9900, "currency": "INR"}


def subscribe(shop: Shop, workers: Workers, plan: Any, **more: Any) -> Any:
    """Makes a subscription whose payer has paid its first order."""
    made = make("subscriptions", {"plan_id": plan["id"], "total_count": 3, **more})
    shop.pay(record(made).first_order_id, "success@razorpay")
    workers.drain()
    return made


def record(made: Any) -> Subscription:
    """Reads the stored subscription."""
    found = Subscription.find(made["id"])
    assert found is not None
    return found


def payments(made: Any) -> list[Payment]:
    """Reads the subscription's payments."""
    return list(Payment.find_many([each.id for each in Payment.by_owner.query(made["id"])]).values())
