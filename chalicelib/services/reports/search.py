"""Finds orders, payments and refunds by what a merchant remembers of them. A search costs the same for any history.

An id and a receipt have an index. Everything else is looked for in the newest LOOK payments and orders only
(docs/adr/0015), and the answer says how many those were.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from chalicelib.domain.lists import ListQuery
from chalicelib.domain.money import in_major_unit
from chalicelib.domain.payments import face, refund_status
from chalicelib.persistence.orders import Order, receipt_key
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.services import lists

# The rows of each list that one search looks at: two queries and four batch gets.
LOOK = 200
# The most results of one search.
MOST = 20
KINDS: dict[type[Order | Payment | Refund], str] = {Order: "order", Payment: "payment", Refund: "refund"}
_ID = re.compile(r"(order|pay|rfnd)_[A-Za-z0-9]{1,64}")
_AMOUNT = re.compile(r"[^0-9]{0,3}([0-9][0-9,]{0,20}(?:\.[0-9]{0,3})?)")

Found = dict[str, Any]
Test = Callable[[Any], str | None]


def search(merchant_id: str, text: str) -> dict[str, Any]:
    """Returns at most MOST results, the best first. complete: whether older rows remain that were not looked at."""
    wanted = text.strip()
    exact = [*_by_id(merchant_id, wanted), *_by_receipt(merchant_id, wanted)]
    if not wanted or (exact and _ID.fullmatch(wanted)):
        return {"data": exact, "looked_at": 0, "complete": True}
    payments = lists.PAYMENTS.page(ListQuery(merchant_id, LOOK))
    orders = lists.ORDERS.page(ListQuery(merchant_id, LOOK))
    found = _unique([*exact, *_matching(payments.rows, wanted), *_matching(orders.rows, wanted)])
    complete = payments.next_cursor is None and orders.next_cursor is None
    return {"data": found[:MOST], "looked_at": len(payments.rows) + len(orders.rows), "complete": complete}


def _by_id(merchant_id: str, wanted: str) -> Iterator[Found]:
    match = _ID.fullmatch(wanted)
    if match is None:
        return
    models: dict[str, type[Order | Payment | Refund]] = {"order": Order, "pay": Payment, "rfnd": Refund}
    record = models[match[1]].find(wanted)
    if record is not None and record.merchant_id == merchant_id:
        yield _shown(record, "id")


def _by_receipt(merchant_id: str, wanted: str) -> Iterator[Found]:
    if wanted:
        page = lists.ORDERS_OF_RECEIPT.page(ListQuery(receipt_key(merchant_id, wanted), MOST))
        yield from (_shown(order, "receipt") for order in page.rows)


def _matching(rows: Iterable[Order | Payment], wanted: str) -> Iterator[Found]:
    tests = _tests(wanted)
    for row in rows:
        if matched := next(filter(None, (test(row) for test in tests)), None):
            yield _shown(row, matched)


def _tests(wanted: str) -> list[Test]:
    """Returns the tests of a row; each returns the name of what matches, or None."""
    low = wanted.lower()
    tests: list[Test] = [lambda row: next((name for name, value in _texts(row) if low in value.lower()), None)]
    if match := _AMOUNT.fullmatch(wanted):
        amount = Decimal(match[1].replace(",", ""))
        tests.append(lambda row: "amount" if Decimal(in_major_unit(int(row.amount), row.currency)) == amount else None)
    return tests


def _texts(row: Order | Payment) -> Iterator[tuple[str, str]]:
    """Returns the texts of a row that a part of is enough to match."""
    values: dict[str, Any] = {"id": row.id}
    if isinstance(row, Order):
        values |= {"receipt": row.receipt, **(row.customer or {}), "description": row.description}
    else:
        values |= {"vpa": row.instrument.get("vpa"), "last4": row.instrument.get("last4")}
    return ((name, value) for name, value in values.items() if isinstance(value, str))


def _unique(found: Iterable[Found]) -> list[Found]:
    return list({each["id"]: each for each in reversed(list(found))}.values())[::-1]


def _shown(record: Order | Payment | Refund, matched: str) -> Found:
    """Shows a result. currency: None for a refund from before the currency was kept with it."""
    return {
        "type": KINDS[type(record)],
        "id": record.id,
        "matched": matched,
        "amount": record.amount,
        "currency": record.currency,
        "status": face(record.state).status if isinstance(record, Payment) else record.status,
        "refund_status": refund_status(int(record.amount), int(record.amount_refunded))
        if isinstance(record, Payment)
        else None,
        "label": _label(record),
        "created_at": record.created_at,
    }


def _label(record: Order | Payment | Refund) -> str | None:
    """Returns what tells people this row from others: a receipt, an address, the end of a card's number, a reason."""
    if isinstance(record, Order):
        return record.receipt or record.description
    if isinstance(record, Refund):
        return record.reason
    last4 = record.instrument.get("last4")
    return f"•••• {last4}" if last4 else record.instrument.get("vpa")
