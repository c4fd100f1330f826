from typing import Any

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from chalicelib.persistence.base import Table, table_name, unavailable_on_failure


class WebhookEndpoint(Table):
    """url is None on a merchant's primary endpoint until one is set.

    timeouts (in a row) and open_until (Unix seconds) are the circuit breaker; failing_since (Unix seconds) is the
    first failure after the last success.
    """

    class Meta:
        table_name = table_name("webhook-endpoints")

    merchant_id = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    url = UnicodeAttribute(null=True)
    events: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute)
    enabled = BooleanAttribute()
    disabled_reason = UnicodeAttribute(null=True)
    sealed_secret = BinaryAttribute(legacy_encoding=False)
    sealed_previous_secret = BinaryAttribute(legacy_encoding=False, null=True)
    previous_secret_expires_at = NumberAttribute(null=True)
    timeouts = NumberAttribute(default=0)
    open_until = NumberAttribute(null=True)
    failing_since = NumberAttribute(null=True)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    def key(self) -> tuple[str, str]:
        return (self.merchant_id, self.id)

    @classmethod
    def of_merchant(cls, merchant_id: str) -> list["WebhookEndpoint"]:
        """Oldest first; read consistently, so that an endpoint set a moment ago misses no event."""
        with unavailable_on_failure():
            return sorted(cls.query(merchant_id, consistent_read=True), key=lambda e: e.created_at)
