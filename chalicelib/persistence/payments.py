from typing import Any

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from chalicelib.persistence.base import Table, table_name


class PaymentsByMerchant(GlobalSecondaryIndex["Payment"]):
    class Meta:
        index_name = "by_merchant"
        projection = IncludeProjection(["status", "method"])

    merchant_id = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)
    status = UnicodeAttribute()
    method = UnicodeAttribute()


class Payment(Table):
    """sealed_card is the encrypted card, present only until the payment settles."""

    class Meta:
        table_name = table_name("payments")

    id = UnicodeAttribute(hash_key=True)
    order_id = UnicodeAttribute()
    merchant_id = UnicodeAttribute()
    amount = NumberAttribute()
    currency = UnicodeAttribute()
    method = UnicodeAttribute()
    vpa = UnicodeAttribute(null=True)
    card_network = UnicodeAttribute(null=True)
    card_last4 = UnicodeAttribute(null=True)
    sealed_card = BinaryAttribute(legacy_encoding=False, null=True)
    status = UnicodeAttribute()
    captured = BooleanAttribute()
    captured_at = UnicodeAttribute(null=True)
    amount_refunded = NumberAttribute()
    error_code = UnicodeAttribute(null=True)
    error_description = UnicodeAttribute(null=True)
    settled_at = UnicodeAttribute(null=True)
    delivery_ids: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, null=True)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    by_merchant = PaymentsByMerchant()
