from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.persistence.base import Table, table_name


class Session(Table):
    """A dashboard sign-in; id is the SHA-256 of the token, so the table opens no session.

    epoch: the merchant's session_epoch when the password was checked; the session holds for as long as they agree.
    """

    class Meta:
        table_name = table_name("sessions")

    id = UnicodeAttribute(hash_key=True)
    merchant_id = UnicodeAttribute()
    epoch = NumberAttribute(default=0)
    expires_at = NumberAttribute()
