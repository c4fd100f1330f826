from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.persistence.base import Table, table_name


class ApiKey(Table):
    """secret_mac checks a secret (HMAC-SHA256 under salt); sealed_secret shows it; expires_at: Unix seconds, after a rotation."""

    class Meta:
        table_name = table_name("api-keys")

    id = UnicodeAttribute(hash_key=True)
    merchant_id = UnicodeAttribute()
    salt = BinaryAttribute(legacy_encoding=False)
    secret_mac = BinaryAttribute(legacy_encoding=False)
    sealed_secret = BinaryAttribute(legacy_encoding=False)
    created_at = UnicodeAttribute()
    expires_at = NumberAttribute(null=True)
