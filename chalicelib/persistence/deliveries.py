import json
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection

from chalicelib.persistence.base import CompactJson, Table, table_name

# The fields that are kept of an attempt, in this order, with the value of a field that is left out at the end.
LOGGED = {
    "at": None,
    "duration_ms": None,
    "status": None,
    "response_body": "",
    "error_class": None,
    "error_detail": "",
}


class AttemptsLog(CompactJson):
    """A list of maps, stored without keys and without empty ends: a delivery under 1 KB costs one write unit less."""

    def serialize(self, value: list[dict[str, Any]]) -> str | None:
        return super().serialize([_compact(entry) for entry in value])

    def deserialize(self, value: str) -> list[dict[str, Any]]:
        return [LOGGED | dict(zip(LOGGED, entry, strict=False)) for entry in json.loads(value)]


def _compact(entry: dict[str, Any]) -> list[Any]:
    values = [entry[name] for name in LOGGED]
    while values and values[-1] in {None, ""}:
        values.pop()
    return values


class DeliveriesByMerchant(GlobalSecondaryIndex["Delivery"]):
    class Meta:
        index_name = "by_merchant"
        projection = IncludeProjection(["event", "endpoint_id"])

    merchant_id = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)
    event = UnicodeAttribute()
    endpoint_id = UnicodeAttribute()


class FailedByMerchant(GlobalSecondaryIndex["Delivery"]):
    class Meta:
        index_name = "failed_by_merchant"
        projection = IncludeProjection(["event", "endpoint_id"])

    merchant_id = UnicodeAttribute(hash_key=True)
    created_at_if_failed = UnicodeAttribute(range_key=True)
    event = UnicodeAttribute()
    endpoint_id = UnicodeAttribute()


class FailedByEndpoint(GlobalSecondaryIndex["Delivery"]):
    class Meta:
        index_name = "failed_by_endpoint"
        projection = KeysOnlyProjection()

    endpoint_id = UnicodeAttribute(hash_key=True)
    created_at_if_failed = UnicodeAttribute(range_key=True)


class Delivery(Table):
    """One event for one endpoint. Times that are compared are Unix seconds; times that are shown are ISO.

    event_id: the stored event, from which the body is made; format: None for the native one; named: the event's name in
    the format, None in the native one.
    next_retry_at (seconds): when the next attempt is due. lease and lease_until: a worker is making an attempt now.
    created_at_if_failed: created_at, set only while status is failed, so that the indexes with this key hold only
    failed deliveries.
    """

    class Meta:
        table_name = table_name("webhook-deliveries")

    id = UnicodeAttribute(hash_key=True)
    merchant_id = UnicodeAttribute()
    endpoint_id = UnicodeAttribute()
    event = UnicodeAttribute()
    object_id = UnicodeAttribute()
    url = UnicodeAttribute()
    event_id = UnicodeAttribute()
    format = UnicodeAttribute(null=True)
    named = UnicodeAttribute(null=True)
    status = UnicodeAttribute()
    attempts = NumberAttribute()
    attempts_log = AttemptsLog()
    next_retry_at = NumberAttribute(null=True)
    lease = UnicodeAttribute(null=True)
    lease_until = NumberAttribute(null=True)
    created_at_if_failed = UnicodeAttribute(null=True)
    request_id = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute()
    expires_at = NumberAttribute()

    by_merchant = DeliveriesByMerchant()
    failed_by_merchant = FailedByMerchant()
    failed_by_endpoint = FailedByEndpoint()

    def _of_last_attempt(self, name: str) -> Any:
        return self.attempts_log[-1][name] if self.attempts_log else None

    @property
    def last_attempt_at(self) -> str | None:
        at: str | None = self._of_last_attempt("at")
        return at

    @property
    def response_code(self) -> int | None:
        status: int | None = self._of_last_attempt("status")
        return status

    @property
    def response_body(self) -> str | None:
        body: str | None = self._of_last_attempt("response_body")
        return body
