from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.domain import clock
from chalicelib.persistence.base import Table, table_name, unavailable_on_failure
from chalicelib.persistence.transactions import Transaction

# A row outlives its window, because another caller may still be counting in it.
KEPT_SECONDS = 60


class Usage(Table):
    """The use of a shared resource by one party in one window of time.

    used: in the counting caller's unit; expires_at: Unix seconds.
    """

    class Meta:
        table_name = table_name("usages")

    id = UnicodeAttribute(hash_key=True)
    used = NumberAttribute()
    expires_at = NumberAttribute()

    @classmethod
    def add(cls, what: str, number: float, window_seconds: int) -> float:
        """Adds `number` to the present window in one atomic step. Returns the sum."""
        usage = _row(what, window_seconds)
        with unavailable_on_failure():
            usage.update([cls.used.add(number), cls.expires_at.set(usage.expires_at)])
        return float(usage.used)

    @classmethod
    def take(cls, transaction: Transaction, what: str, number: int, most: int, window_seconds: int) -> None:
        """Lets the transaction commit only if the window's sum stays within `most`."""
        usage = _row(what, window_seconds)
        has_room = cls.used <= most - number
        if number <= most:
            has_room |= cls.used.does_not_exist()
        actions = [cls.used.add(number), cls.expires_at.set(usage.expires_at)]
        transaction.update(what, usage, actions, has_room)


def _row(what: str, window_seconds: int) -> Usage:
    window = int(clock.now()) // window_seconds
    return Usage(f"{what} {window}", expires_at=(window + 1) * window_seconds + KEPT_SECONDS)


def seconds_left(window_seconds: int) -> int:
    """Returns the seconds left of the present window; at least 1."""
    return window_seconds - int(clock.now()) % window_seconds
