from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.persistence.base import Table, table_name


class CardTries(Table):
    """Payers' tries with cards from one address, or with one card, in one window of time.

    id: a keyed and shortened hash, from which nobody recovers the address or the card (docs/adr/0017).
    """

    class Meta:
        table_name = table_name("card-tries")

    id = UnicodeAttribute(hash_key=True)
    tries = NumberAttribute()
    expires_at = NumberAttribute()
