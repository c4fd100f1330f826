import hashlib

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.persistence.base import CompactJson, Table, table_name


class LinksByMerchant(GlobalSecondaryIndex["PaymentLink"]):
    class Meta:
        index_name = "by_merchant"
        projection = KeysOnlyProjection()

    merchant_id = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


class PaymentLink(Table):
    """A link to a page on which somebody pays. Its order holds the money, the expiry and the state.

    key_id: the key pair that made the link; the page needs its id. notify: the ways that the merchant wished for.
    accept_partial, first_min_partial_amount: as the merchant asked; the order's first_part_min is the rule.
    A merchant's reference has a row of its own, which keeps it unique and finds its link. That row has only link_id, and
    is in no index.
    """

    class Meta:
        table_name = table_name("payment-links")

    id = UnicodeAttribute(hash_key=True)
    link_id = UnicodeAttribute(null=True)
    merchant_id = UnicodeAttribute(null=True)
    order_id = UnicodeAttribute(null=True)
    key_id = UnicodeAttribute(null=True)
    reference_id = UnicodeAttribute(null=True)
    customer = CompactJson(null=True)
    notes = CompactJson(null=True)
    notify = CompactJson(null=True)
    callback_url = UnicodeAttribute(null=True)
    reminder_enable = BooleanAttribute(null=True)
    upi_link = BooleanAttribute(null=True)
    accept_partial = BooleanAttribute(null=True)
    first_min_partial_amount = NumberAttribute(null=True)
    created_at = UnicodeAttribute(null=True)
    updated_at = UnicodeAttribute(null=True)

    by_merchant = LinksByMerchant()


def reference_key(merchant_id: str, reference: str) -> str:
    return f"reference {merchant_id} {hashlib.sha256(reference.encode(errors='surrogatepass')).hexdigest()}"
