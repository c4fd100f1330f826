"""Counts the rows of lists whose rows are never deleted: orders, payments, refunds, disputes.

The rows up to a moment in the past were counted once; only newer rows are counted now. Writers pay nothing.
"""

from chalicelib.domain import clock
from chalicelib.domain.lists import EARLIEST, LATEST
from chalicelib.persistence.listing import Count, Listing
from chalicelib.persistence.totals import Total

# Seconds after which no new row can appear: the API's time limit is 29 s, and an index is usually a second behind its
# table. Nothing guarantees the second, so the time is minutes. Younger rows are counted for every list, so it is not
# hours.
CLOSED_SECONDS = 180
# The newer rows may grow to this number before they are counted once and for all.
ADVANCE_AFTER = 500


def total(name: str, listing: Listing[object], owner: str) -> int | None:
    """Returns the number of an owner's rows; None while one request cannot count the newer ones (1 MB of the index).

    Each request that finds too many newer rows continues where the previous request stopped. Makes at most four calls.
    Raises Unavailable.
    """
    key = f"census#{name}"
    census = Total.find(owner, key) or Total(owner, key)
    after = f"{census.through or EARLIEST}0"
    newer = listing.count(owner, after, LATEST)
    counted = int(census.counted) + newer.rows
    if newer.rows > ADVANCE_AFTER:
        _advance(census, listing, after, newer)
    return counted if newer.stopped_at is None else None


def _advance(census: Total, listing: Listing[object], after: str, newer: Count) -> None:
    through = clock.iso(clock.now() - CLOSED_SECONDS)
    if (
        newer.stopped_at
    ):  # perhaps among rows of the same moment; text just before that moment leaves all of them for the next time
        through = min(through, newer.stopped_at.rstrip("Z"))
    closed = listing.count(census.merchant_id, after, through)
    if closed.rows and closed.stopped_at is None:
        census.advance(closed.rows, through)
