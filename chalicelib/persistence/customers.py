from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.persistence.base import CompactJson, Table, table_name


class CustomersByMerchant(GlobalSecondaryIndex["Customer"]):
    class Meta:
        index_name = "by_merchant"
        projection = KeysOnlyProjection()

    merchant_id = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


class Customer(Table):
    """A customer of a merchant. gstin: the customer's tax number in India."""

    class Meta:
        table_name = table_name("customers")

    id = UnicodeAttribute(hash_key=True)
    merchant_id = UnicodeAttribute()
    name = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    contact = UnicodeAttribute(null=True)
    gstin = UnicodeAttribute(null=True)
    notes = CompactJson(null=True)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    by_merchant = CustomersByMerchant()
