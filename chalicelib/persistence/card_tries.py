from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.persistence.base import Table, table_name


class CardTries(Table):
    """How often payers tried cards: from one address, or one card, in one window of time.

    id: a keyed and shortened hash, of which nobody gets the address or the card back (docs/adr/0017).
    """

    class Meta:
        table_name = table_name("card-tries")

    id = UnicodeAttribute(hash_key=True)
    tries = NumberAttribute()
    expires_at = NumberAttribute()
