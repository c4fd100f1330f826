"""Tells the owner of an order what became of the order's payments."""

from collections.abc import Callable, Mapping

from chalicelib.persistence.orders import Order
from chalicelib.queues import Job
from chalicelib.services import orders, qr_codes, subscriptions
from chalicelib.services.qr_codes import paying
from chalicelib.services.subscriptions import charging

# The first part of an owner's id -> what the owner does about its order. See orders.end() for what it returns.
OWNERS: Mapping[str, Callable[[Order, Job], bool]] = {
    qr_codes.PREFIX: paying.count,
    subscriptions.PREFIX: charging.settle,
}


def look(work: Job) -> bool:
    """Looks at an order: for its owner, or else because of its deadline. Returns False if SQS has to repeat the job.

    An order with an owner has no deadline. Raises Unavailable.
    """
    order = Order.find(work.object_id)
    if order is None or not order.owner_id:
        return orders.end(order, work)
    return OWNERS[order.owner_id.partition("_")[0]](order, work)
