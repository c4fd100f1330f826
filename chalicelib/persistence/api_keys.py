from typing import Any

from pynamodb.attributes import BinaryAttribute, ListAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.persistence.base import Table, table_name


class ApiKey(Table):
    """An API key pair. secret_mac checks a secret (HMAC-SHA256 under salt); sealed_secret shows it.

    expires_at: Unix seconds, after a rotation. scopes: None grants everything. last_used_at is up to a minute behind. A
    revoked key is deleted.
    """

    class Meta:
        table_name = table_name("api-keys")

    id = UnicodeAttribute(hash_key=True)
    merchant_id = UnicodeAttribute()
    name = UnicodeAttribute(null=True)
    scopes: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, null=True)
    salt = BinaryAttribute(legacy_encoding=False)
    secret_mac = BinaryAttribute(legacy_encoding=False)
    sealed_secret = BinaryAttribute(legacy_encoding=False)
    created_at = UnicodeAttribute()
    last_used_at = UnicodeAttribute(null=True)
    expires_at = NumberAttribute(null=True)
