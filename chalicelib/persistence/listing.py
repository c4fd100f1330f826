"""Reads pages of an index, newest first. A page costs the same for any length of the list and any filters.

The indexes hold keys and attributes that never change, so that an update costs no index write. A page is one query of
keys and a few batch gets. One request looks at LOOK rows at most, and its cursor tells where the next request
continues.
"""

import base64
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from operator import and_
from typing import Any, Generic, NamedTuple, TypeVar

from pynamodb.expressions.condition import Condition
from pynamodb.indexes import Index

from chalicelib.domain.errors import BadRequest
from chalicelib.domain.lists import ListQuery
from chalicelib.persistence.base import unavailable_on_failure

M = TypeVar("M", bound=Any)
CURSOR = re.compile(r"(?P<created_at>[0-9T:.-]{26}Z) (?P<id>[A-Za-z0-9_-]{1,64})")
# The most rows that one request compares with its filters.
LOOK = 500
# The most rows that an offset may skip. Only their keys are read.
MAX_SKIP = 1000
# The most rows that one batch get fetches.
BATCH = 100


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """A page of rows. total: None if only reading the whole list would tell."""

    rows: Sequence[M]
    total: int | None
    next_cursor: str | None


class Key(NamedTuple):
    """A row's place in a list."""

    created_at: str
    id: str


class Keys(NamedTuple):
    """Consecutive keys of an index, and where the query stopped: None at the end of the index."""

    found: Sequence[Key]
    stopped_at: Key | None


class Count(NamedTuple):
    """A number of rows, and the creation time at which counting stopped: None if all rows are counted."""

    rows: int
    stopped_at: str | None


def encode_cursor(key: Any) -> str:
    return base64.urlsafe_b64encode(f"{key.created_at} {key.id}".encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> Key:
    """Reads the place after which the page begins. Raises BadRequest."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        text = ""
    parts = CURSOR.fullmatch(text)
    if not parts:
        raise BadRequest("cursor is not one of ours", field="cursor")
    return Key(parts["created_at"], parts["id"])


class Listing(Generic[M]):
    """Lists the rows of `model` that share the hash key of `index`. The range key of `index` is the creation time."""

    def __init__(self, model: type[M], index: Index[Any]) -> None:
        self._model, self._index = model, index
        self._hash = index._hash_key_attribute().attr_name  # noqa: SLF001
        self._time = next(each for each in index.Meta.attributes.values() if each.is_range_key)
        self._held = frozenset(index.Meta.projection.non_key_attributes or ())

    def page(self, query: ListQuery, total: int | None = None) -> Page[M]:
        """Reads a page with at most one query and seven batch gets. total: the number of rows, if the caller knows it.

        Raises BadRequest for an offset that is out of reach.
        """
        exact = self._knows(query)
        skipped = 0 if exact else query.offset
        with unavailable_on_failure():
            keys = self._keys(query)
            candidates = keys.found[query.offset :] if exact else keys.found
            first = query.limit if exact else 2 * (skipped + query.limit)
            rows = list(islice(self._rows(candidates, query, first), skipped + query.limit))
        last = rows[-1] if len(rows) == skipped + query.limit else keys.stopped_at
        is_end = keys.stopped_at is None and (last is None or last.id == keys.found[-1].id)
        seen = len(keys.found) if exact else len(rows)
        if total is None and is_end and not query.cursor:
            total = seen
        if not is_end and 0 < query.offset >= seen:
            return _beyond(query, total)
        return Page(rows[skipped:], total, None if is_end else encode_cursor(last))

    def total(self, query: ListQuery) -> int | None:
        """Counts all rows that match.

        Returns None if one call does not reach the end, or if rows would have to be read.
        """
        if not self._knows(query):
            return None
        count = self.count(query.owner, query.start, query.end, self._filter(query))
        return count.rows if count.stopped_at is None else None

    def count(self, owner: str, start: str, end: str, condition: Condition | None = None) -> Count:
        """Counts the rows created between two ISO times, both included, oldest first, as far as one call reaches.

        A call reads 1 MB of the index, about 9,000 rows.
        """
        if start > end:
            return Count(0, None)
        how = {"filter_condition": condition, "select": "COUNT", "scan_index_forward": True}
        with unavailable_on_failure():
            answer = self._query(owner, start, end, **how)
        stopped_at = self._stopped_at(answer)
        return Count(answer["Count"], stopped_at and stopped_at.created_at)

    def _knows(self, query: ListQuery) -> bool:
        """Returns whether the index holds all attributes that the query filters by, so that keys stand for rows."""
        return query.filters.keys() <= self._held

    def _rows(self, keys: Sequence[Key], query: ListQuery, first: int) -> Iterator[M]:
        """Fetches `first` rows, then more while the caller asks.

        The row decides, because an index may be behind its table.
        """
        start, stop = 0, min(first, BATCH)
        while start < len(keys):
            chunk = keys[start:stop]
            rows = self._model.find_many([key.id for key in chunk])
            yield from (rows[key.id] for key in chunk if key.id in rows and query.matches(rows[key.id]))
            start, stop = stop, stop + BATCH

    def _keys(self, query: ListQuery) -> Keys:
        """Reads keys, newest first, from the cursor on.

        DynamoDB refuses an empty range and a start outside the range.
        """
        after = decode_cursor(query.cursor) if query.cursor else None
        if query.start > query.end or (after and after.created_at < query.start):
            return Keys([], None)
        answer = self._query(
            query.owner,
            query.start,
            query.end,
            filter_condition=self._filter(query),
            exclusive_start_key=self._start_key(query.owner, after)
            if after and after.created_at <= query.end
            else None,
            limit=LOOK if query.filters else min(query.offset, MAX_SKIP) + query.limit + 1,
            scan_index_forward=False,
        )
        return Keys([self._key(item) for item in answer["Items"]], self._stopped_at(answer))

    def _query(self, owner: str, start: str, end: str, **how: Any) -> dict[str, Any]:
        """Makes only one call. pynamodb's own query would go on until it has as many rows as it was asked for."""
        answer: dict[str, Any] = self._model._get_connection().query(  # noqa: SLF001
            owner, self._time.between(start, end), index_name=self._index.Meta.index_name, **how
        )
        return answer

    def _filter(self, query: ListQuery) -> Condition | None:
        held = {name: query.wanted(name) for name in query.filters if name in self._held}
        conditions = [getattr(self._model, name).is_in(*values) for name, values in held.items()]
        return reduce(and_, conditions) if conditions else None

    def _start_key(self, owner: str, key: Key) -> dict[str, dict[str, str]]:
        return {self._hash: {"S": owner}, self._time.attr_name: {"S": key.created_at}, "id": {"S": key.id}}

    def _key(self, item: Mapping[str, Any]) -> Key:
        return Key(item[self._time.attr_name]["S"], item["id"]["S"])

    def _stopped_at(self, answer: Mapping[str, Any]) -> Key | None:
        position = answer.get("LastEvaluatedKey")
        return self._key(position) if position else None


def _beyond(query: ListQuery, total: int | None) -> Page[Any]:
    """Returns an empty page behind the end of a list. Raises BadRequest unless the end is known to be nearer."""
    if total is None or total > query.offset:
        raise BadRequest("offset is out of reach: follow next_cursor instead", field="offset")
    return Page([], total, None)


def page_of(rows: Iterable[M], query: ListQuery) -> Page[M]:
    """Cuts the same page out of a few rows at hand."""
    ordered = sorted(rows, key=lambda row: (row.created_at, row.id), reverse=True)
    matching = [row for row in ordered if query.start <= row.created_at <= query.end and query.matches(row)]
    rest = matching
    if query.cursor:
        before = decode_cursor(query.cursor)
        rest = [row for row in matching if (row.created_at, row.id) < before]
    shown = rest[query.offset : query.offset + query.limit]
    more = len(rest) > query.offset + query.limit
    return Page(shown, len(matching), encode_cursor(shown[-1]) if more and shown else None)
