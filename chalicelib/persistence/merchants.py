from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.persistence.base import Table, can_be_a_key, table_name, unavailable_on_failure


class MerchantsByEmail(GlobalSecondaryIndex["Merchant"]):
    class Meta:
        index_name = "by_email"
        projection = KeysOnlyProjection()

    email = UnicodeAttribute(hash_key=True)


class Merchant(Table):
    """primary_endpoint_id: the webhook endpoint behind the family's /merchants/webhook; api_key: the newest key pair.

    other_endpoints: how many there are beside the primary one.
    """

    class Meta:
        table_name = table_name("merchants")

    id = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute()
    email = UnicodeAttribute()
    password_hash = UnicodeAttribute()
    api_key = UnicodeAttribute()
    primary_endpoint_id = UnicodeAttribute()
    other_endpoints = NumberAttribute(default=0)
    created_at = UnicodeAttribute()

    by_email = MerchantsByEmail()

    @classmethod
    def with_email(cls, email: str) -> "Merchant | None":
        """email: lower case."""
        if not can_be_a_key(email):
            return None
        with unavailable_on_failure():
            found = next(iter(cls.by_email.query(email, limit=1)), None)
        return cls.find(found.id) if found else None
