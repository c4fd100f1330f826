from typing import Any

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.persistence.base import Table, table_name


class Merchant(Table):
    """primary_endpoint_id: the webhook endpoint behind the family's /merchants/webhook; api_key: the newest key pair.

    other_endpoints: how many there are beside the primary one. allowed_frame_origins: empty or missing means any.
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
    allowed_frame_origins: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, null=True)
    created_at = UnicodeAttribute()
