from typing import Any

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from chalicelib.persistence.base import CompactJson, Table, table_name, unavailable_on_failure


class PreviousSecret(MapAttribute[str, Any]):
    """A previous secret. expires_at: Unix seconds; until then the secret signs beside the current one."""

    sealed = BinaryAttribute(legacy_encoding=False)
    expires_at = NumberAttribute()


class WebhookEndpoint(Table):
    """A webhook endpoint. url: None on a default endpoint until a URL is set. format: None for the native one.

    subscribed: what the Razorpay-compatible surface keeps of it. previous_secrets: the newest first.

    slow (slow attempts less the fast ones since) and open_until are the circuit breaker. failing_since: the first
    failure since the last success or since a day without a failure; failed_at: the latest failure. Times are Unix
    seconds.
    """

    class Meta:
        table_name = table_name("webhook-endpoints")

    merchant_id = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    url = UnicodeAttribute(null=True)
    events: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute)
    format = UnicodeAttribute(null=True)
    subscribed = CompactJson(null=True)
    enabled = BooleanAttribute()
    disabled_reason = UnicodeAttribute(null=True)
    sealed_secret = BinaryAttribute(legacy_encoding=False)
    previous_secrets: ListAttribute[Any] = ListAttribute(of=PreviousSecret, null=True)
    slow = NumberAttribute(default=0)
    open_until = NumberAttribute(null=True)
    failing_since = NumberAttribute(null=True)
    failed_at = NumberAttribute(null=True)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    def key(self) -> tuple[str, str]:
        return (self.merchant_id, self.id)

    @classmethod
    def of_merchant(cls, merchant_id: str) -> list["WebhookEndpoint"]:
        """Returns the merchant's endpoints, oldest first.

        The read is consistent, so that a new endpoint misses no event.
        """
        with unavailable_on_failure():
            return sorted(cls.query(merchant_id, consistent_read=True), key=lambda e: e.created_at)
