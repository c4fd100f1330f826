from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.persistence.base import Table, table_name


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
