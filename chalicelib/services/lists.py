"""What can be listed, and by what."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.payments import PaymentStatus, states_of
from chalicelib.persistence import totals
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.listing import EARLIEST, Listing, Page, Wanted, page_of
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.persistence.totals import Total
from chalicelib.services import orders, views
from chalicelib.services.events import KEPT_SECONDS
from chalicelib.services.payments import records

ORDERS = Listing(Order, Order.by_merchant, census="orders")
PAYMENTS = Listing(Payment, Payment.by_merchant, projected=("state", "method"), census="payments")
REFUNDS = Listing(Refund, Refund.by_merchant, census="refunds")
REFUNDS_OF_PAYMENT = Listing(Refund, Refund.by_payment)
DELIVERIES = Listing(Delivery, Delivery.by_merchant, projected=("event", "endpoint_id"))
FAILED_DELIVERIES = Listing(Delivery, Delivery.failed_by_endpoint)

# The status in which a payment ends -> the totals' counter of those that came to it, and of those that left it again.
COUNTERS: dict[str, tuple[str, str | None]] = {
    PaymentStatus.SUCCESS: ("succeeded", "voided"),
    PaymentStatus.FAILED: ("failed", "recovered"),
    PaymentStatus.VOIDED: ("voided", None),
}
DAY_SECONDS = 24 * 3600

View = dict[str, Any]
Facets = Mapping[str, str | tuple[str, ...]]


def _shown(page: Page[Any], show: Callable[[Any], View], wanted: Wanted) -> View:
    return {
        "data": [show(row) for row in page.rows],
        "total": page.total,
        "limit": wanted.limit,
        "offset": wanted.offset,
        "next_cursor": page.next_cursor,
    }


def _without(facets: Facets, name: str) -> Facets:
    return {key: value for key, value in facets.items() if key != name}


def list_orders(wanted: Wanted) -> View:
    return _shown(ORDERS.page(wanted), views.order, wanted)


def list_payments(wanted: Wanted) -> View:
    order_id = wanted.facets.get("order_id")
    if isinstance(order_id, str):
        return payments_of(order_id, wanted)
    return _shown(PAYMENTS.page(_by_state(wanted), _settled(wanted)), views.payment, wanted)


def payments_of(order_id: str, wanted: Wanted) -> View:
    """An order knows its payments, so those of one order are fetched and not searched for. Raises NotFound."""
    order = orders.find(order_id, wanted.owner)
    mine = Payment.find_many(list(order.payment_ids)).values()
    return _shown(page_of(mine, _by_state(wanted)), views.payment, wanted)


def _by_state(wanted: Wanted) -> Wanted:
    """A payment's record has a state; the status that a caller filters by is the face of one state or more."""
    status = wanted.facets.get("status")
    if not isinstance(status, str):
        return wanted
    return replace(wanted, facets={**_without(wanted.facets, "status"), "state": states_of(status)})


def _settled(wanted: Wanted) -> int | None:
    """How many payments have ended as asked, which the totals know; None where they do not."""
    counters = COUNTERS.get(str(wanted.facets.get("status", "")))
    but_for_status = replace(wanted, facets=_without(wanted.facets, "status"))
    if counters is None or not but_for_status.is_everything:
        return None
    came, left = counters
    return sum(_count(total, came) - _count(total, left) for total in totals.all_time(wanted.owner))


def _count(total: Total, counter: str | None) -> int:
    return int(getattr(total, counter)) if counter else 0


def list_refunds(wanted: Wanted) -> View:
    payment_id = wanted.facets.get("payment_id")
    if not isinstance(payment_id, str):
        return _shown(REFUNDS.page(wanted), views.refund, wanted)
    payment = records.find(payment_id, wanted.owner)
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
