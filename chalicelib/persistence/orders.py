import hashlib
from typing import Any

from pynamodb.attributes import JSONAttribute, ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.persistence.base import table_name
from chalicelib.persistence.events import HasEvents


class OrdersByMerchant(GlobalSecondaryIndex["Order"]):
    class Meta:
        index_name = "by_merchant"
        projection = KeysOnlyProjection()

    merchant_id = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


class OrdersByReceipt(GlobalSecondaryIndex["Order"]):
    class Meta:
        index_name = "by_receipt"
        projection = KeysOnlyProjection()

    receipt_key = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


def receipt_key(merchant_id: str, receipt: str) -> str:
    """Returns the key under which a merchant's orders with one receipt are found.

    A receipt may be longer than a key.
    """
    return f"{merchant_id}#{hashlib.sha256(receipt.encode(errors='surrogatepass')).hexdigest()}"


class Order(HasEvents):
    """An order. live_payment_id: the payment that may still succeed; it keeps a second payment away.

    receipt_key: only with a receipt. payment_ids: only the newest ones (domain.orders.KEPT_PAYMENT_IDS); attempts
    counts all.
    failures: failed payments in a row; failed_at: Unix seconds of the last of them.
    link_id: the payment link that leads to the order. owner_id: the object that made the order to be paid by it, such as a
    QR code; counted_at: when the owner counted the order's money. capture: None for "manual". capture_within: seconds.
    expires_at: Unix seconds. first_part_min: the least first payment of an order that may be paid in parts, in minor units;
    None: one payment pays the whole.
    """

    class Meta:
        table_name = table_name("orders")

    id = UnicodeAttribute(hash_key=True)
    merchant_id = UnicodeAttribute()
    amount = NumberAttribute()
    currency = UnicodeAttribute()
    receipt = UnicodeAttribute(null=True)
    receipt_key = UnicodeAttribute(null=True)
    notes = JSONAttribute()
    status = UnicodeAttribute()
    amount_paid = NumberAttribute()
    first_part_min = NumberAttribute(null=True)
    attempts = NumberAttribute()
    payment_ids: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute)
    live_payment_id = UnicodeAttribute(null=True)
    failures = NumberAttribute(null=True)
    failed_at = NumberAttribute(null=True)
    capture = UnicodeAttribute(null=True)
    capture_within = NumberAttribute(null=True)
    expires_at = NumberAttribute(null=True)
    return_url = UnicodeAttribute(null=True)
    description = UnicodeAttribute(null=True)
    customer = JSONAttribute(null=True)
    link_id = UnicodeAttribute(null=True)
    owner_id = UnicodeAttribute(null=True)
    counted_at = UnicodeAttribute(null=True)
    delivery_ids: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, null=True)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    by_merchant = OrdersByMerchant()
    by_receipt = OrdersByReceipt()
