"""Exports a merchant's data: everything that the API shows, without secrets and without card numbers."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from chalicelib.domain.lists import EARLIEST, LATEST
from chalicelib.persistence import postings, trail, whole
from chalicelib.persistence.customers import Customer
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.disputes import Dispute
from chalicelib.persistence.invoices import Invoice
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payment_links import PaymentLink
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.persistence.settlements import Settlement
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.services import views
from chalicelib.services.books import journal
from chalicelib.services.books.settlements import records
from chalicelib.services.merchants import accounts, keys

Line = tuple[str, Any]


def _of(*names: str) -> Callable[[Any], dict[str, Any]]:
    return lambda record: {name: getattr(record, name) for name in names}


def _payment(record: Payment) -> dict[str, Any]:
    return {**views.payment(record), "payer": record.payer, "notes": record.notes}


# The fields are named one by one, so that a new attribute with a secret stays out.
MERCHANT = _of("id", "name", "email", "created_at")
ENDPOINT = _of("id", "url", "events", "format", "enabled", "disabled_reason", "created_at")
KINDS: tuple[tuple[str, Any, Callable[[Any], dict[str, Any]]], ...] = (
    ("customer", Customer, _of("id", "name", "email", "contact", "gstin", "notes", "created_at")),
    ("payment_link", PaymentLink, _of("id", "order_id", "reference_id", "customer", "notes", "created_at")),
    ("invoice", Invoice, _of("id", "order_id", "receipt", "customer", "lines", "description", "notes", "created_at")),
    ("order", Order, views.order),
    ("payment", Payment, _payment),
    ("refund", Refund, views.refund),
    ("dispute", Dispute, views.dispute),
    ("settlement", Settlement, records.shown),
    ("delivery", Delivery, views.delivery),
)


def export(merchant_id: str, by: str) -> Iterator[Line]:
    """Yields the kind and the data of every record. by: the operator, for the trail.

    Raises NotFound and Unavailable.
    """
    merchant = accounts.find(merchant_id)
    entries = trail.begin(merchant_id, "export", by, [])
    counts: Counter[str] = Counter()
    for line in _lines(merchant_id, merchant):
        counts[line[0]] += 1
        yield line
    trail.finish(entries, counts)


def _lines(merchant_id: str, merchant: Any) -> Iterator[Line]:
    yield "merchant", MERCHANT(merchant)
    yield from _shown("key", keys.show(merchant_id), dict)
    yield from _shown("webhook_endpoint", WebhookEndpoint.of_merchant(merchant_id), ENDPOINT)
    for kind, model, show in KINDS:
        yield from _shown(kind, whole.of_merchant(model, merchant_id), show)
    yield from _shown("posting", postings.between(merchant_id, EARLIEST, LATEST), journal.posting)
    for row in whole.event_rows(merchant_id):
        named = _of("id", "event", "object_id", "sequence", "created_at", "data")
        yield from _shown("event", row.events(), named)


def _shown(kind: str, records: Iterable[Any], show: Callable[[Any], dict[str, Any]]) -> Iterator[Line]:
    return ((kind, show(record)) for record in records)
