from typing import Any

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from chalicelib.persistence.base import Table, table_name, unavailable_on_failure


class PreviousSecret(MapAttribute[str, Any]):
    """expires_at: Unix seconds; until then it signs beside the current one."""

    sealed = BinaryAttribute(legacy_encoding=False)
    expires_at = NumberAttribute()


class WebhookEndpoint(Table):
    """url is None on a merchant's primary endpoint until one is set. previous_secrets: the newest first.

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
    previous_secrets: ListAttribute[Any] = ListAttribute(of=PreviousSecret, null=True)
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
