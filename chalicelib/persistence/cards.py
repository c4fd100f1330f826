from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.persistence.base import Table, table_name


class SealedCard(Table):
    """A pending payment's card, encrypted. id: the payment's id.

    expires_at: Unix seconds, checked by the reader and left to DynamoDB's TTL.
    """

    class Meta:
        table_name = table_name("cards")

    id = UnicodeAttribute(hash_key=True)
    sealed = BinaryAttribute(legacy_encoding=False)
    expires_at = NumberAttribute()
