from typing import Any

from pynamodb.attributes import BooleanAttribute, ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.persistence.base import CompactJson, table_name
from chalicelib.persistence.events import HasEvents


class SubscriptionsByMerchant(GlobalSecondaryIndex["Subscription"]):
    class Meta:
        index_name = "by_merchant"
        projection = KeysOnlyProjection()

    merchant_id = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


class Subscription(HasEvents):
    """A plan that a payer pays in each cycle. Each charge is an order whose owner the subscription is.

    All times but created_at and updated_at are Unix seconds. version: counts the steps; a step's condition is that nobody
    took another. anchor: from which the cycles are counted; cycle: how many have begun since. first_order_id: of the
    payment that authenticates; first_pays_cycle: whether it also pays the first cycle (None: made before this was kept).
    order_id: of the charge that is not paid yet; tried: its payments whose failure was counted; failures: of this charge,
    in a row. payer_vpa: whom the charges ask. addons: amounts that the next charge adds, as [id, name, amount, quantity].
    scheduled: what the end of the cycle changes. deadline_at: when a worker looks at the subscription. delivery_ids: of the
    latest events. key_id: the key pair that made it.
    """

    class Meta:
        table_name = table_name("subscriptions")

    id = UnicodeAttribute(hash_key=True)
    merchant_id = UnicodeAttribute()
    plan_id = UnicodeAttribute()
    status = UnicodeAttribute()
    version = NumberAttribute()
    key_id = UnicodeAttribute(null=True)
    customer_id = UnicodeAttribute(null=True)
    quantity = NumberAttribute()
    total_count = NumberAttribute()
    paid_count = NumberAttribute()
    customer_notify = BooleanAttribute()
    notes = CompactJson(null=True)
    addons = CompactJson(null=True)
    scheduled = CompactJson(null=True)
    cancels_at_end = BooleanAttribute(null=True)
    payer_vpa = UnicodeAttribute(null=True)
    first_order_id = UnicodeAttribute()
    first_pays_cycle = BooleanAttribute(null=True)
    order_id = UnicodeAttribute(null=True)
    auth_attempts = NumberAttribute()
    tried = NumberAttribute()
    failures = NumberAttribute()
    start_at = NumberAttribute(null=True)
    anchor = NumberAttribute(null=True)
    cycle = NumberAttribute()
    current_start = NumberAttribute(null=True)
    current_end = NumberAttribute(null=True)
    charge_at = NumberAttribute(null=True)
    end_at = NumberAttribute(null=True)
    ended_at = NumberAttribute(null=True)
    paused_at = NumberAttribute(null=True)
    expire_by = NumberAttribute(null=True)
    deadline_at = NumberAttribute(null=True)
    delivery_ids: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, null=True)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    by_merchant = SubscriptionsByMerchant()
