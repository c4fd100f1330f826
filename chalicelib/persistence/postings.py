"""Stores the postings of the books. Each item holds all lines of one movement."""

import base64
import heapq
import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice

from pynamodb.attributes import UnicodeAttribute

from chalicelib.domain.errors import BadRequest
from chalicelib.domain.ledger import Account, Line, Movement
from chalicelib.domain.ledger import Posting as Entry
from chalicelib.persistence.base import CompactJson, Table, table_name, unavailable_on_failure
from chalicelib.persistence.transactions import Transaction

# A posting costs two write units, and a partition takes 1,000 a second. Four keys take a merchant's 1,000 postings a
# second with a reserve. A page of the ledger reads each key once.
SHARDS = 4
CURSOR = re.compile(r"[0-9T:.-]{26}Z#[a-z_]+\.[A-Za-z0-9_-]{1,64}")


class Posting(Table):
    """A posting. owner: the merchant's id and a shard. at_id: the ISO time and the posting's id.

    lines: [[account, signed amount], ...] in minor units; a debit is positive. earned_on and about: see
    domain/ledger.py.
    """

    class Meta:
        table_name = table_name("postings")

    owner = UnicodeAttribute(hash_key=True)
    at_id = UnicodeAttribute(range_key=True)
    merchant_id = UnicodeAttribute()
    object_id = UnicodeAttribute()
    movement = UnicodeAttribute()
    currency = UnicodeAttribute()
    lines = CompactJson()
    earned_on = UnicodeAttribute(null=True)
    about = CompactJson(null=True)

    def key(self) -> tuple[str, str]:
        return (self.owner, self.at_id)

    @property
    def entry(self) -> Entry:
        """Returns the posting as the domain has it. Raises Unbalanced if its lines do not sum to zero."""
        return Entry(
            Movement(self.movement),
            self.object_id,
            self.merchant_id,
            self.currency,
            at=self.at_id.partition("#")[0],
            lines=tuple(Line(Account(account), int(amount)) for account, amount in self.lines),
            earned_on=self.earned_on,
            about=self.about or {},
        )


def put(transaction: Transaction, entry: Entry) -> None:
    """Adds a posting to the transaction of its event. The same event cannot be posted twice at the same time."""
    record = Posting(
        owners_of(entry.merchant_id)[zlib.crc32(entry.id.encode()) % SHARDS],
        f"{entry.at}#{entry.id}",
        merchant_id=entry.merchant_id,
        object_id=entry.object_id,
        movement=entry.movement,
        currency=entry.currency,
        lines=[[line.account, line.amount] for line in entry.lines],
        earned_on=entry.earned_on,
        about=dict(entry.about) or None,
    )
    transaction.put(f"posting {entry.id}", record, Posting.owner.does_not_exist())


def owners_of(merchant_id: str) -> list[str]:
    """Returns the hash keys of a merchant's postings."""
    return [f"{merchant_id}#{shard}" for shard in range(SHARDS)]


def between(merchant_id: str, start: str, end: str) -> Iterator[Entry]:
    """Yields a merchant's postings between two ISO times, both included, oldest first. Reads all of them."""
    return (record.entry for record in _merged(merchant_id, start, f"{end}#~", newest_first=False))


def page(merchant_id: str, limit: int, start: str, end: str, cursor: str | None) -> tuple[list[Entry], str | None]:
    """Returns a page of postings, newest first, and the cursor of the next page. Raises BadRequest.

    Makes one query for each shard, for at most limit + 1 rows each.
    """
    last = f"{end}#~"
    if cursor:
        last = min(last, _before(cursor))
    rows = list(islice(_merged(merchant_id, start, last, newest_first=True, limit=limit + 1), limit + 1))
    shown = rows[:limit]
    return [row.entry for row in shown], _encoded(shown[-1].at_id) if len(rows) > limit else None


def _merged(
    merchant_id: str, first: str, last: str, *, newest_first: bool, limit: int | None = None
) -> Iterator[Posting]:
    if first > last:
        return
    with unavailable_on_failure():
        shards: list[Iterable[Posting]] = [
            Posting.query(
                owner,
                Posting.at_id.between(first, last),
                scan_index_forward=not newest_first,
                limit=limit,
                consistent_read=True,
            )
            for owner in owners_of(merchant_id)
        ]
        yield from heapq.merge(*shards, key=lambda row: row.at_id, reverse=newest_first)


def _encoded(at_id: str) -> str:
    return base64.urlsafe_b64encode(at_id.encode()).decode().rstrip("=")


def _before(cursor: str) -> str:
    """Returns the greatest key before the cursor's. Raises BadRequest for text that is no cursor."""
    try:
        at_id = base64.b64decode(f"{cursor}{'=' * (-len(cursor) % 4)}", altchars="-_", validate=True).decode()
    except ValueError:
        at_id = ""
    if not CURSOR.fullmatch(at_id):
        raise BadRequest("cursor is not valid", field="cursor")
    # Keys are ASCII, and none ends with the greatest character.
    return at_id[:-1] + chr(ord(at_id[-1]) - 1) + "\x7f"
