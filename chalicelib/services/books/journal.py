"""Shows a merchant's postings."""

from typing import Any

from chalicelib.domain.ledger import Posting
from chalicelib.domain.lists import ListQuery
from chalicelib.persistence import postings


def shown(query: ListQuery) -> dict[str, Any]:
    """Shows a page of a merchant's postings, newest first. Raises BadRequest."""
    rows, following = postings.page(query.owner, query.limit, query.start, query.end, query.cursor)
    return {"data": [posting(row) for row in rows], "limit": query.limit, "next_cursor": following}


def posting(entry: Posting) -> dict[str, Any]:
    """Shows a posting. A debit is positive, a credit negative."""
    return {
        "id": entry.id,
        "movement": entry.movement,
        "object_id": entry.object_id,
        "currency": entry.currency,
        "lines": [{"account": line.account, "amount": line.amount} for line in entry.lines],
        "earned_on": entry.earned_on,
        "payment_id": entry.about.get("payment_id"),
        "created_at": entry.at,
    }
