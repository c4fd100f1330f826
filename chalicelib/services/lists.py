"""What can be listed, and by what."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.payments import PaymentStatus
from chalicelib.persistence import totals
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.listing import EARLIEST, Listing, Page, Wanted, page_of
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.services import orders, payments, views
from chalicelib.services.events import KEPT_SECONDS

ORDERS = Listing(Order, Order.by_merchant, census="orders")
PAYMENTS = Listing(Payment, Payment.by_merchant, projected=("status", "method"), census="payments")
REFUNDS = Listing(Refund, Refund.by_merchant, census="refunds")
REFUNDS_OF_PAYMENT = Listing(Refund, Refund.by_payment)
DELIVERIES = Listing(Delivery, Delivery.by_merchant, projected=("event", "endpoint_id"))
FAILED_DELIVERIES = Listing(Delivery, Delivery.failed_by_endpoint)

# The status in which a payment ends -> how many have is kept under this name.
COUNTERS: dict[str, str] = {PaymentStatus.SUCCESS: "succeeded", PaymentStatus.FAILED: "failed"}
DAY_SECONDS = 24 * 3600

View = dict[str, Any]


def _shown(page: Page[Any], show: Callable[[Any], View], wanted: Wanted) -> View:
    return {
        "data": [show(row) for row in page.rows],
        "total": page.total,
        "limit": wanted.limit,
        "offset": wanted.offset,
        "next_cursor": page.next_cursor,
    }


def _without(facets: Mapping[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in facets.items() if key != name}


def list_orders(wanted: Wanted) -> View:
    return _shown(ORDERS.page(wanted), views.order, wanted)


def list_payments(wanted: Wanted) -> View:
    """An order knows its payments, so those of one order are fetched and not searched for."""
    order_id = wanted.facets.get("order_id")
    if order_id is None:
        return _shown(PAYMENTS.page(wanted, _settled(wanted)), views.payment, wanted)
    order = orders.find(order_id, wanted.owner)
    mine = Payment.find_many(list(order.payment_ids)).values()
    return _shown(page_of(mine, wanted), views.payment, wanted)


def _settled(wanted: Wanted) -> int | None:
    """How many payments have ended as asked, which the totals know; None where they do not."""
    counter = COUNTERS.get(wanted.facets.get("status", ""))
    but_for_status = replace(wanted, facets=_without(wanted.facets, "status"))
    if counter is None or not but_for_status.is_everything:
        return None
    return sum(int(getattr(total, counter)) for total in totals.all_time(wanted.owner))


def list_refunds(wanted: Wanted) -> View:
    payment_id = wanted.facets.get("payment_id")
    if payment_id is None:
        return _shown(REFUNDS.page(wanted), views.refund, wanted)
    payment = payments.find(payment_id, wanted.owner)
    of_payment = replace(wanted, owner=payment.id, facets=_without(wanted.facets, "payment_id"))
    return _shown(REFUNDS_OF_PAYMENT.page(of_payment), views.refund, wanted)


def list_deliveries(wanted: Wanted) -> View:
    """The log goes back to the first day of which nothing has expired yet; its total is the sum of the days' totals."""
    first_day = clock.day(clock.iso(clock.now() - KEPT_SECONDS + DAY_SECONDS))
    total = None
    if wanted.is_everything:
        today = clock.day(clock.iso(clock.now()))
        total = sum(int(day.deliveries) for day in totals.of_days(wanted.owner, first_day, today))
    kept = replace(wanted, start=max(wanted.start, first_day) if wanted.start != EARLIEST else first_day)
    return _shown(DELIVERIES.page(kept, total), views.delivery, wanted)
