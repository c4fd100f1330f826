"""Lists orders, payments, refunds, disputes and deliveries, by the filters that each list allows."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.lists import EARLIEST, ListQuery
from chalicelib.domain.payments import PaymentStatus, states_of
from chalicelib.domain.webhooks import DeliveryStatus
from chalicelib.persistence import census, totals
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.disputes import Dispute
from chalicelib.persistence.listing import Listing, Page, page_of
from chalicelib.persistence.orders import Order, receipt_key
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.persistence.totals import Total
from chalicelib.services import orders, views
from chalicelib.services.events.announcing import KEPT_SECONDS
from chalicelib.services.payments import records

ORDERS = Listing(Order, Order.by_merchant)
ORDERS_OF_RECEIPT = Listing(Order, Order.by_receipt)
PAYMENTS = Listing(Payment, Payment.by_merchant)
REFUNDS = Listing(Refund, Refund.by_merchant)
REFUNDS_OF_PAYMENT = Listing(Refund, Refund.by_payment)
DISPUTES = Listing(Dispute, Dispute.by_merchant)
DISPUTES_OF_PAYMENT = Listing(Dispute, Dispute.by_payment)
DELIVERIES = Listing(Delivery, Delivery.by_merchant)
FAILED_DELIVERIES = Listing(Delivery, Delivery.failed_by_merchant)
FAILED_DELIVERIES_OF_ENDPOINT = Listing(Delivery, Delivery.failed_by_endpoint)

# The status in which a payment ends -> the counters of payments that reached it and of payments that left it
# again.
COUNTERS: dict[str, tuple[str, str | None]] = {
    PaymentStatus.SUCCESS: ("succeeded", "voided"),
    PaymentStatus.FAILED: ("failed", "recovered"),
    PaymentStatus.VOIDED: ("voided", None),
}
DAY_SECONDS = 24 * 3600

View = dict[str, Any]


def _shown(page: Page[Any], show: Callable[[Any], View], query: ListQuery) -> View:
    return {
        "data": [show(row) for row in page.rows],
        "total": page.total,
        "limit": query.limit,
        "offset": query.offset,
        "next_cursor": page.next_cursor,
    }


def _without(query: ListQuery, name: str, **changes: Any) -> ListQuery:
    """Returns the query without one filter."""
    return replace(query, filters={key: value for key, value in query.filters.items() if key != name}, **changes)


def list_orders(query: ListQuery) -> View:
    """Shows a page of a merchant's orders. Raises BadRequest."""
    receipt = query.filters.get("receipt")
    if isinstance(receipt, str):
        of_receipt = _without(query, "receipt", owner=receipt_key(query.owner, receipt))
        return _shown(_counted(ORDERS_OF_RECEIPT, of_receipt), views.order, query)
    return _shown(_whole(ORDERS, "orders", query), views.order, query)


def _counted(listing: Listing[Any], query: ListQuery) -> Page[Any]:
    return listing.page(query, listing.total(query))


def _whole(listing: Listing[Any], name: str, query: ListQuery) -> Page[Any]:
    """Returns a page of a list that has a cached count, or of a part of that list."""
    if query.is_everything:
        return listing.page(query, census.total(name, listing, query.owner))
    return _counted(listing, query)


def list_payments(query: ListQuery) -> View:
    """Shows a page of a merchant's payments. Raises BadRequest, and NotFound for an unknown order_id."""
    order_id = query.filters.get("order_id")
    if isinstance(order_id, str):
        return payments_of(order_id, query)
    number, by_state = _number_in_status(query), _by_state(query)
    page = _whole(PAYMENTS, "payments", by_state) if number is None else PAYMENTS.page(by_state, number)
    return _shown(page, views.payment, query)


def payments_of(order_id: str, query: ListQuery) -> View:
    """Fetches the payments of one order by the ids in the order's record, without a search. Raises NotFound."""
    order = orders.find(order_id, query.owner)
    mine = Payment.find_many(list(order.payment_ids)).values()
    return _shown(page_of(mine, _by_state(query)), views.payment, query)


def _by_state(query: ListQuery) -> ListQuery:
    """Replaces the filter by public status with the payment states behind that status."""
    status = query.filters.get("status")
    if not isinstance(status, str):
        return query
    by_state = _without(query, "status")
    return replace(by_state, filters={**by_state.filters, "state": states_of(status)})


def _number_in_status(query: ListQuery) -> int | None:
    """Returns the number of payments in the wanted status from the totals; None where the totals do not have it."""
    counters = COUNTERS.get(str(query.filters.get("status", "")))
    if counters is None or not _without(query, "status").is_everything:
        return None
    came, left = counters
    return sum(_count(total, came) - _count(total, left) for total in totals.all_time(query.owner))


def _count(total: Total, counter: str | None) -> int:
    return int(getattr(total, counter)) if counter else 0


def list_refunds(query: ListQuery) -> View:
    """Shows a page of a merchant's refunds. Raises BadRequest, and NotFound for an unknown payment_id."""
    payment_id = query.filters.get("payment_id")
    if isinstance(payment_id, str):
        payment = records.find(payment_id, query.owner)
        of_payment = _without(query, "payment_id", owner=payment.id)
        return _shown(_counted(REFUNDS_OF_PAYMENT, of_payment), views.refund, query)
    return _shown(_whole(REFUNDS, "refunds", query), views.refund, query)


def list_disputes(query: ListQuery) -> View:
    """Shows a page of a merchant's disputes. Raises BadRequest, and NotFound for an unknown payment_id."""
    payment_id = query.filters.get("payment_id")
    if isinstance(payment_id, str):
        payment = records.find(payment_id, query.owner)
        of_payment = _without(query, "payment_id", owner=payment.id)
        return _shown(_counted(DISPUTES_OF_PAYMENT, of_payment), views.dispute, query)
    return _shown(_whole(DISPUTES, "disputes", query), views.dispute, query)


def orders_page(query: ListQuery) -> Sequence[Order]:
    """Returns the records of a page of a merchant's orders, without counting the list. Raises BadRequest."""
    receipt = query.filters.get("receipt")
    if isinstance(receipt, str):
        of_receipt = _without(query, "receipt", owner=receipt_key(query.owner, receipt))
        return ORDERS_OF_RECEIPT.page(of_receipt).rows
    return ORDERS.page(query).rows


def payments_page(query: ListQuery) -> Sequence[Payment]:
    """Returns the records of a page of a merchant's payments, without counting the list. Raises BadRequest."""
    return PAYMENTS.page(query).rows


def refunds_page(query: ListQuery) -> Sequence[Refund]:
    """Returns the records of a page of refunds, without counting: of a merchant, or of the payment in the filters.

    Raises BadRequest, and NotFound for an unknown payment.
    """
    payment_id = query.filters.get("payment_id")
    if isinstance(payment_id, str):
        payment = records.find(payment_id, query.owner)
        return REFUNDS_OF_PAYMENT.page(_without(query, "payment_id", owner=payment.id)).rows
    return REFUNDS.page(query).rows


def disputes_page(query: ListQuery) -> Sequence[Dispute]:
    """Returns the records of a page of a merchant's disputes, without counting the list. Raises BadRequest."""
    return DISPUTES.page(query).rows


def list_deliveries(query: ListQuery) -> View:
    """Shows a page of a merchant's deliveries. Raises BadRequest.

    The log goes back to the first day of which nothing has expired yet. Its total is the sum of the days' totals.
    """
    first_day = clock.day(clock.iso(clock.now() - KEPT_SECONDS + DAY_SECONDS))
    kept = replace(query, start=max(query.start, first_day) if query.start != EARLIEST else first_day)
    if query.is_everything:
        today = clock.day(clock.iso(clock.now()))
        total = sum(int(day.deliveries) for day in totals.of_days(query.owner, first_day, today))
        return _shown(DELIVERIES.page(kept, total), views.delivery, query)
    listing = FAILED_DELIVERIES if query.filters.get("status") == DeliveryStatus.FAILED else DELIVERIES
    return _shown(_counted(listing, kept), views.delivery, query)
