from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.persistence.base import Table, table_name, unavailable_on_failure


class Throttle(Table):
    """Failed tries at a password, from one address or at one account, in one window of time."""

    class Meta:
        table_name = table_name("throttles")

    id = UnicodeAttribute(hash_key=True)
    failures = NumberAttribute()
    expires_at = NumberAttribute()

    @classmethod
    def add(cls, key: str, number: int, expires_at: int) -> int:
        """Adds failures in one atomic step. Returns their new number."""
        throttle = cls(key)
        with unavailable_on_failure():
            throttle.update([cls.failures.add(number), cls.expires_at.set(expires_at)])
        return int(throttle.failures)
