"""Erases a customer's personal data from a merchant's records, and keeps amounts, states and books (docs/adr/0033).

A killed erasure is continued by the same command: a record that names the customer is erased after all the records that
are found through it. A second erasure changes nothing.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from chalicelib.persistence import trail, whole
from chalicelib.persistence.base import Table
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.events import EventRow
from chalicelib.persistence.idempotency import IdempotencyRecord
from chalicelib.services.merchants import accounts
from chalicelib.services.privacy import people
from chalicelib.services.privacy.people import Found

# The attributes with free text or personal data, by table, and what replaces them. None: the attribute is removed.
FIELDS: Mapping[str, Mapping[str, Any]] = {
    "Customer": {"name": None, "email": None, "contact": None, "gstin": None, "notes": None},
    "PaymentLink": {"customer": None, "notes": None},
    "Invoice": {"customer_id": None, "customer": None, "description": None, "comment": None, "notes": None},
    "QrCode": {"name": None, "description": None, "customer_id": None, "notes": None},
    "Subscription": {"customer_id": None, "payer_vpa": None, "notes": None},
    "Order": {"customer": None, "description": None, "notes": {}},
    "Payment": {"payer": None, "notes": None},
    "Refund": {"reason": None, "notes": None},
    "Dispute": {"evidence": None},
}
# The same in JSON that shows records: stored events and kept answers.
SHOWN: Mapping[str, Any] = {
    **{name: None for fields in FIELDS.values() for name in fields if name not in {"name", "reason"}},
    "notes": {},
    "vpa": None,
}
# By the first part of an object's id. A dispute's reason is a code, and a key's name is the merchant's. What only the
# Razorpay-compatible surface shows has an empty list in place of no notes.
SHOWN_OF: Mapping[str, Mapping[str, Any]] = {
    "rfnd": {"reason": None},
    "cust": {"name": None},
    "qr": {"name": None, "notes": []},
    "sub": {"notes": []},
}


def erase(merchant_id: str, who: str, by: str) -> dict[str, int]:
    """Erases the customer from every record. Returns the number of changed records by kind.

    who: see people.find. by: the operator, for the trail. Raises NotFound, BadRequest (a payment is under way) and
    Unavailable; after Unavailable the same call goes on.
    """
    accounts.find(merchant_id)
    found = people.find(merchant_id, who)
    entries = trail.begin(merchant_id, "erase", by, found.ids)
    changed = Counter(kind for kind, is_changed in _erased(merchant_id, found) if is_changed)
    trail.finish(entries, changed)
    return dict(changed)


def _erased(merchant_id: str, found: Found) -> Iterator[tuple[str, bool]]:
    ids = frozenset(found.ids)
    rows = list(_events_of(merchant_id, ids))
    told = ids | {event.id for row in rows for event in row.events()}
    yield from (("event", _erase_event(row)) for row in rows)
    yield from (("answer", _erase_answer(record, ids)) for record in whole.answers())
    yield from (("delivery", _erase_delivery(each)) for each in _deliveries_of(merchant_id, told))
    yield from ((type(record).__name__.lower(), _erase_record(record)) for record in found.records)


def _erase_record(record: Any) -> bool:
    model = type(record)
    wanted = {
        name: value for name, value in FIELDS[model.__name__].items() if (getattr(record, name) or None) is not None
    }
    wanted = {name: value for name, value in wanted.items() if getattr(record, name) != value}
    if model.__name__ == "Payment" and record.instrument.get("vpa"):
        wanted["instrument"] = {**record.instrument, "vpa": None}
    return _set(record, wanted)


def _set(record: Table, wanted: Mapping[str, Any]) -> bool:
    model: Any = type(record)
    attributes = [(getattr(model, name), value) for name, value in wanted.items()]
    actions = [each.remove() if value is None else each.set(value) for each, value in attributes]
    return bool(actions) and record.change(actions, model._hash_key_attribute().exists())  # noqa: SLF001


def _events_of(merchant_id: str, ids: frozenset[str]) -> Iterator[EventRow]:
    """Yields the events of the records, and those of a shared QR code that show one of them."""
    rows = chain(whole.event_rows(merchant_id), whole.repetitions(merchant_id))
    return (row for row in rows if not ids.isdisjoint(_told_in(row)))


def _told_in(row: EventRow) -> set[str]:
    return {told[1] for told in row.told} | {str(part.get("id")) for part in row.snapshot["parts"].values()}


def _erase_event(row: EventRow) -> bool:
    without = _without(row.snapshot)
    return without != row.snapshot and _set(row, {"snapshot": without})


def _deliveries_of(merchant_id: str, told: frozenset[str]) -> Iterator[Delivery]:
    """Yields the deliveries. told: the ids of records and of events."""
    return (each for each in whole.of_merchant(Delivery, merchant_id) if {each.object_id, each.event_id} & told)


def _erase_delivery(delivery: Delivery) -> bool:
    """Removes what the receiver answered: it may repeat what it was sent."""
    log = [{**entry, "response_body": ""} for entry in delivery.attempts_log]
    return log != delivery.attempts_log and _set(delivery, {"attempts_log": log})


def _erase_answer(record: IdempotencyRecord, ids: frozenset[str]) -> bool:
    body = json.loads(record.body)
    if not isinstance(body, dict) or body.get("id") not in ids:
        return False
    without = _without(body)
    text = json.dumps(without, ensure_ascii=False, separators=(",", ":"))
    return without != body and _set(record, {"body": text})


def _without(shown: Any) -> Any:
    """Returns the JSON without personal data, at every depth."""
    if isinstance(shown, list):
        return [_without(each) for each in shown]
    if not isinstance(shown, dict):
        return shown
    blanks = {**SHOWN, **SHOWN_OF.get(str(shown.get("id")).partition("_")[0], {})}
    return {name: blanks[name] if name in blanks and value else _without(value) for name, value in shown.items()}
