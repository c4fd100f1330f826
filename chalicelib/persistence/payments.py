from typing import Any

from pynamodb.attributes import BooleanAttribute, ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection

from chalicelib.persistence.base import CompactJson, table_name, unavailable_on_failure
from chalicelib.persistence.events import HasEvents


class PaymentsByMerchant(GlobalSecondaryIndex["Payment"]):
    class Meta:
        index_name = "by_merchant"
        projection = IncludeProjection(["method"])

    merchant_id = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)
    method = UnicodeAttribute()


class PaymentsByOwner(GlobalSecondaryIndex["Payment"]):
    class Meta:
        index_name = "by_owner"
        projection = KeysOnlyProjection()

    owner_id = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


class Payment(HasEvents):
    """A payment. instrument: see chalicelib/methods. auto_capture, capture_within (seconds) and script: from the order.

    deadline_at (Unix seconds): when the worker looks at the payment again in any case. asked_at: since when the bank
    has the request and the gateway has no outcome; inquiries: how often the bank was asked since.
    instruction: a decision of the gateway that the bank has not confirmed yet ("capture" or "void").
    delivery_ids: of every event that a worker has announced. fee, tax: minor units since the capture; the fee includes
    the tax. amount_disputed: of the disputes that the merchant has not won; None: there was none. fee_returned,
    tax_returned: the parts of both that came back with refunds. payer: what the payer's page told about the payer
    (email, contact, description). notes: the payment's own; None: the order's. owner_id: from the order.
    """

    class Meta:
        table_name = table_name("payments")

    id = UnicodeAttribute(hash_key=True)
    order_id = UnicodeAttribute()
    owner_id = UnicodeAttribute(null=True)
    merchant_id = UnicodeAttribute()
    amount = NumberAttribute()
    currency = UnicodeAttribute()
    method = UnicodeAttribute()
    instrument = CompactJson()
    auto_capture = BooleanAttribute(null=True)
    capture_within = NumberAttribute(null=True)
    script = UnicodeAttribute(null=True)
    state = UnicodeAttribute()
    deadline_at = NumberAttribute(null=True)
    asked_at = UnicodeAttribute(null=True)
    inquiries = NumberAttribute(null=True)
    next_action = CompactJson(null=True)
    instruction = UnicodeAttribute(null=True)
    bank_reference = UnicodeAttribute(null=True)
    late = BooleanAttribute(null=True)
    payer = CompactJson(null=True)
    notes = CompactJson(null=True)
    amount_refunded = NumberAttribute()
    amount_disputed = NumberAttribute(null=True)
    fee = NumberAttribute(null=True)
    tax = NumberAttribute(null=True)
    fee_returned = NumberAttribute(null=True)
    tax_returned = NumberAttribute(null=True)
    error_code = UnicodeAttribute(null=True)
    settled_at = UnicodeAttribute(null=True)
    captured_at = UnicodeAttribute(null=True)
    voided_at = UnicodeAttribute(null=True)
    delivery_ids: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, null=True)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    by_merchant = PaymentsByMerchant()
    by_owner = PaymentsByOwner()


def made_between(merchant_id: str, first: str, last: str, limit: int, *, oldest_first: bool) -> list[Payment]:
    """Returns a merchant's payments made between two ISO times, both included, in order. Raises Unavailable."""
    if first > last:
        return []
    with unavailable_on_failure():
        reach = Payment.created_at.between(first, last)
        keys = Payment.by_merchant.query(merchant_id, reach, scan_index_forward=oldest_first, limit=limit)
        ids = [key.id for key in keys]
    found = Payment.find_many(ids)
    return [found[each] for each in ids if each in found]
