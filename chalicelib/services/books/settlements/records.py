"""Reads and shows settlements."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.domain.lists import ListQuery
from chalicelib.persistence.listing import BATCH, Listing
from chalicelib.persistence.ownership import owned
from chalicelib.persistence.settlements import Settlement

SETTLEMENTS = Listing(Settlement, Settlement.by_merchant)


def find(settlement_id: str, merchant_id: str) -> Settlement:
    """Reads a settlement of the merchant. Raises NotFound."""
    return owned(Settlement.find(settlement_id), merchant_id, "Settlement")


def listed(query: ListQuery) -> dict[str, Any]:
    """Shows a page of a merchant's settlements, newest first. Raises BadRequest."""
    page = SETTLEMENTS.page(query)
    return {
        "data": [shown(row) for row in page.rows],
        "total": page.total,
        "limit": query.limit,
        "offset": query.offset,
        "next_cursor": page.next_cursor,
    }


def page(query: ListQuery) -> Sequence[Settlement]:
    """Returns the records of a page of a merchant's settlements, without counting the list. Raises BadRequest."""
    return SETTLEMENTS.page(query).rows


def made_between(merchant_id: str, start: str, end: str) -> Iterator[Settlement]:
    """Yields the merchant's settlements that were made between two ISO times, newest first."""
    query = ListQuery(merchant_id, BATCH, start=start, end=end)
    while True:
        found = SETTLEMENTS.page(query)
        yield from found.rows
        if not found.next_cursor:
            return
        query = replace(query, cursor=found.next_cursor)


def shown(made: Settlement) -> dict[str, Any]:
    """Shows a settlement. from: the end of the settlement before it; null for the first."""
    return {
        "id": made.id,
        "amount": made.amount,
        "fees": made.fees,
        "tax": made.tax,
        "currency": made.currency,
        "status": made.status,
        "utr": made.utr,
        "reason": made.reason,
        "from": made.first_cut.to or None,
        "to": made.last_cut.to,
        "created_at": made.created_at,
        "processed_at": made.processed_at,
    }
