from typing import Any

from pynamodb.attributes import BooleanAttribute, ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.persistence.base import CompactJson, table_name
from chalicelib.persistence.events import HasEvents


class QrCodesByMerchant(GlobalSecondaryIndex["QrCode"]):
    class Meta:
        index_name = "by_merchant"
        projection = KeysOnlyProjection()

    merchant_id = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


class QrCode(HasEvents):
    """A code that payers scan. Each payment of it has an order of its own, whose owner the code is.

    usage: "single_use" or "multiple_use". payment_amount: minor units; None lets the payer choose. order_id: the one
    order of a code for single use. amount_received, payments_count: of the captured payments. deadline_at: Unix seconds
    at which the code closes by itself; None once it is closed. close_by: the same, kept. delivery_ids: of the last step.
    """

    class Meta:
        table_name = table_name("qr-codes")

    id = UnicodeAttribute(hash_key=True)
    merchant_id = UnicodeAttribute()
    status = UnicodeAttribute()
    usage = UnicodeAttribute()
    fixed_amount = BooleanAttribute()
    payment_amount = NumberAttribute(null=True)
    name = UnicodeAttribute(null=True)
    description = UnicodeAttribute(null=True)
    customer_id = UnicodeAttribute(null=True)
    notes = CompactJson(null=True)
    order_id = UnicodeAttribute(null=True)
    amount_received = NumberAttribute()
    payments_count = NumberAttribute()
    close_by = NumberAttribute(null=True)
    deadline_at = NumberAttribute(null=True)
    closed_at = UnicodeAttribute(null=True)
    close_reason = UnicodeAttribute(null=True)
    delivery_ids: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, null=True)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    by_merchant = QrCodesByMerchant()
