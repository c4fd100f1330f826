from typing import Any

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.persistence.base import CompactJson, table_name
from chalicelib.persistence.events import HasEvents


class DisputesByMerchant(GlobalSecondaryIndex["Dispute"]):
    class Meta:
        index_name = "by_merchant"
        projection = KeysOnlyProjection()

    merchant_id = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


class DisputesByPayment(GlobalSecondaryIndex["Dispute"]):
    class Meta:
        index_name = "by_payment"
        projection = KeysOnlyProjection()

    payment_id = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


class Dispute(HasEvents):
    """A payer's claim on a captured payment.

    respond_by: Unix seconds until which the merchant may answer. deadline_at: Unix seconds at which a worker looks at
    the dispute; None once it is won or lost. submitted_at: of the evidence. decided_at: of the end. bank_reference: the
    bank's own id of the dispute.
    """

    class Meta:
        table_name = table_name("disputes")

    id = UnicodeAttribute(hash_key=True)
    payment_id = UnicodeAttribute()
    merchant_id = UnicodeAttribute()
    amount = NumberAttribute()
    currency = UnicodeAttribute()
    status = UnicodeAttribute()
    phase = UnicodeAttribute()
    reason = UnicodeAttribute()
    bank_reference = UnicodeAttribute(null=True)
    respond_by = NumberAttribute()
    deadline_at = NumberAttribute(null=True)
    evidence = CompactJson(null=True)
    submitted_at = UnicodeAttribute(null=True)
    decided_at = UnicodeAttribute(null=True)
    delivery_ids: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, null=True)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    by_merchant = DisputesByMerchant()
    by_payment = DisputesByPayment()
