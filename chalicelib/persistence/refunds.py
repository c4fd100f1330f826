from typing import Any

from pynamodb.attributes import BooleanAttribute, ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.persistence.base import CompactJson, table_name
from chalicelib.persistence.events import HasEvents


class RefundsByMerchant(GlobalSecondaryIndex["Refund"]):
    class Meta:
        index_name = "by_merchant"
        projection = KeysOnlyProjection()

    merchant_id = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


class RefundsByPayment(GlobalSecondaryIndex["Refund"]):
    class Meta:
        index_name = "by_payment"
        projection = KeysOnlyProjection()

    payment_id = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


class Refund(HasEvents):
    """A refund. currency: None in rows from before it was kept.

    deadline_at: Unix seconds of the next question to the bank; inquiries: questions without an outcome. of_hold: the
    payment was not captured, so the refund frees held money and the books do not know it. fee_returned, tax_returned:
    minor units of the payment's fee that come back; the fee includes the tax. notes, receipt and speed: only of a
    refund that was asked for with them.
    """

    class Meta:
        table_name = table_name("refunds")

    id = UnicodeAttribute(hash_key=True)
    payment_id = UnicodeAttribute()
    merchant_id = UnicodeAttribute()
    amount = NumberAttribute()
    currency = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    notes = CompactJson(null=True)
    receipt = UnicodeAttribute(null=True)
    speed = UnicodeAttribute(null=True)
    status = UnicodeAttribute()
    of_hold = BooleanAttribute(null=True)
    fee_returned = NumberAttribute(null=True)
    tax_returned = NumberAttribute(null=True)
    script = UnicodeAttribute(null=True)
    deadline_at = NumberAttribute(null=True)
    inquiries = NumberAttribute(null=True)
    error_code = UnicodeAttribute(null=True)
    processed_at = UnicodeAttribute(null=True)
    delivery_ids: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, null=True)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    by_merchant = RefundsByMerchant()
    by_payment = RefundsByPayment()
