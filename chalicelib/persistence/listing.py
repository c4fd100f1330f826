"""Pages of an index, newest first, and how many rows there are.

The indexes hold keys (and what never or rarely changes), so an update costs no index write; a page is one query of
the index and one batch get. No query is as long as a merchant's history, but where a filter matches almost nothing.
"""

import base64
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import islice
from operator import and_
from typing import Any, Generic, TypeVar

from pynamodb.expressions.condition import Condition
from pynamodb.indexes import Index

from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest
from chalicelib.persistence.base import unavailable_on_failure
from chalicelib.persistence.totals import Total

M = TypeVar("M", bound=Any)
EARLIEST, LATEST = "0", "~"
CURSOR = re.compile(r"(?P<created_at>[0-9T:.-]{26}Z) (?P<id>[A-Za-z0-9_-]{1,64})")
# How many rows are fetched at once while looking for those that match.
SWEEP = 100
# How many keys one query asks for at most, while skipping to an offset or looking for those that a filter wants.
MAX_QUERY = 1000
# Older than this, no row is still about to appear: the API's time limit is 29 s, and an index is usually a second behind its
# table. Nothing promises that, hence minutes; but what is younger is counted for every list, so not hours.
CLOSED_SECONDS = 180
# The tail of a census may grow to this before it is folded in; a query counts it in one call.
ADVANCE_AFTER = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows, and which page of them. start and end: ISO times, both included. facets: attribute -> its value, or several."""

    owner: str
    limit: int
    offset: int = 0
    cursor: str | None = None
    start: str = EARLIEST
    end: str = LATEST
    facets: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_everything(self) -> bool:
        return not self.facets and (self.start, self.end) == (EARLIEST, LATEST)

    def matches(self, row: Any) -> bool:
        """Whether the row has every facet."""
        return all(getattr(row, name) in _values(wanted) for name, wanted in self.facets.items())


def _values(wanted: str | tuple[str, ...]) -> tuple[str, ...]:
    return (wanted,) if isinstance(wanted, str) else wanted


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    rows: Sequence[M]
    total: int
    next_cursor: str | None


def encode_cursor(row: Any) -> str:
    return base64.urlsafe_b64encode(f"{row.created_at} {row.id}".encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> tuple[str, str]:
    """(created_at, id) of the row before. Raises BadRequest."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        text = ""
    parts = CURSOR.fullmatch(text)
    if not parts:
        raise BadRequest("cursor is not one of ours", field="cursor")
    return parts["created_at"], parts["id"]


class Listing(Generic[M]):
    """The rows of `model` that share the hash key of `index`, whose range key is created_at.

    projected: attributes that the index holds beside its keys, by which it can filter. census: the name under which
    the number of all rows is kept; rows of such a table are never deleted.
    """

    def __init__(self, model: type[M], index: Index[Any], projected: Iterable[str] = (), census: str = "") -> None:
        self._model, self._index = model, index
        self._projected, self._census = frozenset(projected), census
        self._hash_name = str(index._hash_key_attribute().attr_name)  # noqa: SLF001

    def page(self, wanted: Wanted, total: int | None = None) -> Page[M]:
        """total: where the caller knows it already."""
        with unavailable_on_failure():
            count = self._count(wanted) if total is None else total
            past_the_end = wanted.offset > 0 and wanted.offset >= count
            rows, next_cursor = ([], None) if past_the_end else self._slice(wanted)
        return Page(rows, count, next_cursor)

    def _slice(self, wanted: Wanted) -> tuple[list[M], str | None]:
        """The page's rows, and the cursor where there are more. Rows before it are skipped by their keys if possible."""
        start, stop = wanted.offset, wanted.offset + wanted.limit
        by_keys = wanted.facets.keys() <= self._projected
        keys = self._keys(wanted, min(stop + 1, MAX_QUERY) if by_keys else SWEEP)
        found = list(islice(keys if by_keys else self._rows(keys, wanted), start, stop + 1))
        shown = found[: wanted.limit]
        rows = list(self._rows(iter(shown), wanted)) if by_keys else shown
        return rows, encode_cursor(shown[-1]) if len(found) > wanted.limit else None

    def _rows(self, keys: Iterator[Any], wanted: Wanted) -> Iterator[M]:
        """The index may be behind the table: a row that has changed since and is no longer wanted is left out."""
        while chunk := list(islice(keys, SWEEP)):
            rows = self._model.find_many([row.id for row in chunk])
            for key in chunk:
                row = rows.get(key.id)
                if row is not None and wanted.matches(row):
                    yield row

    def _keys(self, wanted: Wanted, page_size: int) -> Iterator[Any]:
        """Newest first, from the cursor on. DynamoDB refuses an empty range and a start outside it."""
        after = decode_cursor(wanted.cursor) if wanted.cursor else None
        if wanted.start > wanted.end or (after and after[0] < wanted.start):
            return iter(())
        condition = self._filter(wanted)
        return iter(
            self._index.query(
                wanted.owner,
                self._created_at.between(wanted.start, wanted.end),
                condition,
                scan_index_forward=False,
                last_evaluated_key=self._start_key(wanted.owner, *after) if after and after[0] <= wanted.end else None,
                page_size=page_size if condition is None else MAX_QUERY,
            )
        )

    def _start_key(self, owner: str, created_at: str, row_id: str) -> dict[str, dict[str, str]]:
        return {self._hash_name: {"S": owner}, "created_at": {"S": created_at}, "id": {"S": row_id}}

    @property
    def _created_at(self) -> Any:
        return self._model.created_at

    def _filter(self, wanted: Wanted) -> Condition | None:
        facets = {name: _values(value) for name, value in wanted.facets.items() if name in self._projected}
        conditions = [getattr(self._model, name).is_in(*values) for name, values in facets.items()]
        return reduce(and_, conditions) if conditions else None

    def _count(self, wanted: Wanted) -> int:
        if wanted.is_everything and self._census:
            return self._census_of(wanted)
        if wanted.facets.keys() <= self._projected:
            return self._count_between(wanted, wanted.start, wanted.end)
        every = replace(wanted, cursor=None)
        return sum(1 for _ in self._rows(self._keys(every, SWEEP), every))

    def _count_between(self, wanted: Wanted, start: str, end: str) -> int:
        if start > end:
            return 0
        return int(self._index.count(wanted.owner, self._created_at.between(start, end), self._filter(wanted)))

    def _census_of(self, wanted: Wanted) -> int:
        """All rows: those up to a moment in the past were counted once and for all, only the newer ones are counted now."""
        owner, key = wanted.owner, f"census#{self._census}"
        census = Total.find(owner, key) or Total(owner, key)
        newer_than = f"{census.through or EARLIEST}0"
        newer = self._count_between(wanted, newer_than, LATEST)
        total = int(census.counted) + newer
        if newer > ADVANCE_AFTER:
            through = clock.iso(clock.now() - CLOSED_SECONDS)
            closed = self._count_between(wanted, newer_than, through) if through > newer_than else 0
            if closed:
                census.advance(closed, through)
        return total


def page_of(rows: Iterable[M], wanted: Wanted) -> Page[M]:
    """The same page, from rows that are few and at hand."""
    ordered = sorted(rows, key=lambda row: (row.created_at, row.id), reverse=True)
    matching = [row for row in ordered if wanted.start <= row.created_at <= wanted.end and wanted.matches(row)]
    rest = matching
    if wanted.cursor:
        before = decode_cursor(wanted.cursor)
        rest = [row for row in matching if (row.created_at, row.id) < before]
    shown = rest[wanted.offset : wanted.offset + wanted.limit]
    more = len(rest) > wanted.offset + wanted.limit
    return Page(shown, len(matching), encode_cursor(shown[-1]) if more and shown else None)
