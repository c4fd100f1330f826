from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.persistence.base import CompactJson, Table, table_name


class InvoicesByMerchant(GlobalSecondaryIndex["Invoice"]):
    class Meta:
        index_name = "by_merchant"
        projection = KeysOnlyProjection()

    merchant_id = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


class Invoice(Table):
    """A bill for some items. Once it is issued, its order holds the money, the expiry and the state.

    key_id: the key pair that made the invoice; the page on which it is paid needs its id. customer: as it was at the
    time. lines: what services/invoices/lines.py makes. expire_by, date: Unix seconds; the order knows the end of an issued
    invoice. subscription_id: of an invoice that is made when it is asked for (services/invoices/charges.py).
    """

    class Meta:
        table_name = table_name("invoices")

    id = UnicodeAttribute(hash_key=True)
    merchant_id = UnicodeAttribute()
    status = UnicodeAttribute()
    order_id = UnicodeAttribute(null=True)
    key_id = UnicodeAttribute(null=True)
    subscription_id = UnicodeAttribute(null=True)
    receipt = UnicodeAttribute(null=True)
    customer_id = UnicodeAttribute(null=True)
    customer = CompactJson(null=True)
    lines = CompactJson()
    currency = UnicodeAttribute()
    description = UnicodeAttribute(null=True)
    terms = UnicodeAttribute(null=True)
    comment = UnicodeAttribute(null=True)
    notes = CompactJson(null=True)
    notify = CompactJson(null=True)
    date = NumberAttribute(null=True)
    expire_by = NumberAttribute(null=True)
    issued_at = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    by_merchant = InvoicesByMerchant()
