from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.persistence.base import Table, table_name


class Session(Table):
    """A dashboard sign-in. id: the SHA-256 of the token, so that the table alone opens no session.

    epoch: the merchant's session_epoch when the password was checked. The session is valid while the two are equal.
    """

    class Meta:
        table_name = table_name("sessions")

    id = UnicodeAttribute(hash_key=True)
    merchant_id = UnicodeAttribute()
    epoch = NumberAttribute(default=0)
    expires_at = NumberAttribute()
