from pynamodb.attributes import UnicodeAttribute

from chalicelib.persistence.base import Table, table_name


class MerchantEmail(Table):
    """The owner of an email address. id: the address in lower case.

    The row is written together with its merchant, so that no two merchants have the same address.
    """

    class Meta:
        table_name = table_name("merchant-emails")

    id = UnicodeAttribute(hash_key=True)
    merchant_id = UnicodeAttribute()
