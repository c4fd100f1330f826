"""Keeps who erased or exported a merchant's data, and when. Nothing deletes or changes a finished entry."""

import secrets
from collections.abc import Mapping, Sequence

from pynamodb.attributes import UnicodeAttribute

from chalicelib.domain import clock
from chalicelib.persistence.base import CompactJson, Table, table_name, unavailable_on_failure

# Ids of an entry. More would not fit into an item of 400 KB.
MOST_OBJECTS = 5000


class TrailEntry(Table):
    """One erasure or export. at_id: the ISO time and a random part. by: the operator.

    objects: ids of the records concerned, never a person's data. counts: what was done; None until it is finished.
    """

    class Meta:
        table_name = table_name("audit-trail")

    merchant_id = UnicodeAttribute(hash_key=True)
    at_id = UnicodeAttribute(range_key=True)
    action = UnicodeAttribute()
    by = UnicodeAttribute()
    objects = CompactJson()
    counts = CompactJson(null=True)

    def key(self) -> tuple[str, str]:
        return (self.merchant_id, self.at_id)


def begin(merchant_id: str, action: str, by: str, objects: Sequence[str]) -> list[TrailEntry]:
    """Writes the entries of an act before it begins, so that a broken act is on record. Raises Unavailable."""
    parts = [objects[start : start + MOST_OBJECTS] for start in range(0, len(objects), MOST_OBJECTS)] or [[]]
    now = clock.iso(clock.now())
    entries = [
        TrailEntry(merchant_id, f"{now}#{secrets.token_hex(8)}", action=action, by=by, objects=list(part))
        for part in parts
    ]
    for entry in entries:
        entry.write()
    return entries


def finish(entries: Sequence[TrailEntry], counts: Mapping[str, int]) -> None:
    """Notes what was done. Raises Unavailable."""
    for entry in entries:
        entry.change([TrailEntry.counts.set(dict(counts))], TrailEntry.counts.does_not_exist())


def of_merchant(merchant_id: str) -> list[TrailEntry]:
    """Returns a merchant's entries, oldest first. Raises Unavailable."""
    with unavailable_on_failure():
        return list(TrailEntry.query(merchant_id, consistent_read=True))
