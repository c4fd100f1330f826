from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.persistence.base import Table, table_name


class Session(Table):
    """A dashboard sign-in; id is the SHA-256 of the token, so the table opens no session."""

    class Meta:
        table_name = table_name("sessions")

    id = UnicodeAttribute(hash_key=True)
    merchant_id = UnicodeAttribute()
    expires_at = NumberAttribute()
