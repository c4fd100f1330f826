from typing import Any

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.domain.settlements import Cut
from chalicelib.persistence.base import table_name
from chalicelib.persistence.events import HasEvents


class SettlementsByMerchant(GlobalSecondaryIndex["Settlement"]):
    class Meta:
        index_name = "by_merchant"
        projection = KeysOnlyProjection()

    merchant_id = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


class Settlement(HasEvents):
    """A payout to a merchant. fees, tax: of the paid-out payments, in minor units; the fees include the tax.

    paid_from, paid_to: [time, day] of the two cuts (domain/settlements.py) between which the paid-out postings lie.
    deadline_at: Unix seconds of the next question to the bank; inquiries: questions without an outcome. script: what a
    simulated bank does. utr: the bank's reference once it paid. reason: why the bank returned the money.
    """

    class Meta:
        table_name = table_name("settlements")

    id = UnicodeAttribute(hash_key=True)
    merchant_id = UnicodeAttribute()
    amount = NumberAttribute()
    fees = NumberAttribute()
    tax = NumberAttribute()
    currency = UnicodeAttribute()
    status = UnicodeAttribute()
    utr = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    paid_from: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute)
    paid_to: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute)
    script = UnicodeAttribute(null=True)
    deadline_at = NumberAttribute(null=True)
    inquiries = NumberAttribute(null=True)
    delivery_ids: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, null=True)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()
    processed_at = UnicodeAttribute(null=True)

    by_merchant = SettlementsByMerchant()

    @property
    def first_cut(self) -> Cut:
        return Cut(*self.paid_from)

    @property
    def last_cut(self) -> Cut:
        return Cut(*self.paid_to)
