from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.persistence.base import Table, table_name


class IdempotencyRecord(Table):
    """The first answer to a request with a key.

    expires_at: Unix seconds, checked by the reader and left to DynamoDB's TTL.
    """

    class Meta:
        table_name = table_name("idempotency")

    id = UnicodeAttribute(hash_key=True)
    fingerprint = UnicodeAttribute()
    status = NumberAttribute()
    body = UnicodeAttribute()
    expires_at = NumberAttribute()
