from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.expressions.condition import Condition

from chalicelib.persistence.base import Table, table_name


class Merchant(Table):
    """primary_endpoint_id: the webhook endpoint behind the family's /merchants/webhook.

    api_key: the primary key pair, which rotate-key replaces; None once it is revoked. key_ids: all key pairs, so that a
    strongly consistent read finds them, which no index allows. keys_version grows with each change of them.
    session_epoch: a session of an earlier one is over. other_endpoints: how many there are beside the primary one.
    """

    class Meta:
        table_name = table_name("merchants")

    id = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute()
    email = UnicodeAttribute()
    password_hash = UnicodeAttribute()
    api_key = UnicodeAttribute(null=True)
    key_ids = UnicodeSetAttribute(null=True)
    keys_version = NumberAttribute(default=0)
    session_epoch = NumberAttribute(default=0)
    primary_endpoint_id = UnicodeAttribute()
    other_endpoints = NumberAttribute(default=0)
    created_at = UnicodeAttribute()

    @property
    def keys(self) -> set[str]:
        """Of a merchant that was made before there were several pairs, the primary one."""
        return {*(self.key_ids or ()), *([self.api_key] if self.api_key else ())}

    def keys_are_unchanged(self) -> Condition:
        """Since this was read."""
        version = Merchant.keys_version
        return version == self.keys_version if self.keys_version else version.does_not_exist() | (version == 0)
