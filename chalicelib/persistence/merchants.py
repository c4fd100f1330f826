from pynamodb.attributes import UnicodeAttribute

from chalicelib.persistence.base import Table, table_name


class Merchant(Table):
    """primary_endpoint_id: the webhook endpoint behind the family's /merchants/webhook; api_key: the newest key pair."""

    class Meta:
        table_name = table_name("merchants")

    id = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute()
    email = UnicodeAttribute()
    password_hash = UnicodeAttribute()
    api_key = UnicodeAttribute()
    primary_endpoint_id = UnicodeAttribute()
    created_at = UnicodeAttribute()
