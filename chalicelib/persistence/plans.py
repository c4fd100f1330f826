from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.persistence.base import CompactJson, Table, table_name


class PlansByMerchant(GlobalSecondaryIndex["Plan"]):
    class Meta:
        index_name = "by_merchant"
        projection = KeysOnlyProjection()

    merchant_id = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


class Plan(Table):
    """What a subscription costs in each cycle, and how long a cycle is. It never changes. amount: minor units."""

    class Meta:
        table_name = table_name("plans")

    id = UnicodeAttribute(hash_key=True)
    merchant_id = UnicodeAttribute()
    period = UnicodeAttribute()
    interval = NumberAttribute()
    name = UnicodeAttribute()
    description = UnicodeAttribute(null=True)
    amount = NumberAttribute()
    currency = UnicodeAttribute()
    notes = CompactJson(null=True)
    created_at = UnicodeAttribute()

    by_merchant = PlansByMerchant()
