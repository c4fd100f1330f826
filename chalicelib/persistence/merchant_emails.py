from pynamodb.attributes import UnicodeAttribute

from chalicelib.persistence.base import Table, table_name


class MerchantEmail(Table):
    """Whose an address is; id is the address in lower case. Written with its merchant, so that no two can have the same."""

    class Meta:
        table_name = table_name("merchant-emails")

    id = UnicodeAttribute(hash_key=True)
    merchant_id = UnicodeAttribute()
