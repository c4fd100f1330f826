from collections.abc import Sequence
from typing import Any

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.domain.errors import NotFound
from chalicelib.domain.settlements import Cut
from chalicelib.persistence.base import CompactJson, Table, table_name


class Merchant(Table):
    """A merchant. primary_endpoint_id: the default webhook endpoint, which /merchants/webhook shows and changes.

    api_key: the primary key pair, which rotate-key replaces; None once it is revoked. key_ids: all key pairs, so that a
    strongly consistent read finds them, which no index allows. keys_version grows with each change of the keys.
    session_epoch: a session with an earlier epoch is over. other_endpoints: the number of endpoints beside the primary
    one. allowed_frame_origins: empty or missing means any. terms: see services/books/terms.py; missing means the default.
    settle_at: Unix seconds of the next settlement; missing until the merchant first takes money. settled: currency ->
    the cut of its last settlement (domain/settlements.py).
    logo_url and color: of the checkout page. time_zone: of the dashboard.
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
    allowed_frame_origins: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, null=True)
    terms = CompactJson(null=True)
    settle_at = NumberAttribute(null=True)
    settled = CompactJson(null=True)
    logo_url = UnicodeAttribute(null=True)
    color = UnicodeAttribute(null=True)
    time_zone = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute()

    @classmethod
    def alter(cls, merchant_id: str, actions: Sequence[Action]) -> None:
        """Updates a stored merchant without reading it first. Raises NotFound."""
        if not cls(merchant_id).change(actions, cls.id.exists()):
            raise NotFound("Merchant")

    def cut(self, currency: str) -> Cut:
        """Returns the cut of the last settlement in a currency."""
        return Cut(*(self.settled or {}).get(currency, ()))

    @property
    def keys(self) -> set[str]:
        """Returns all key ids. A merchant from before there were several pairs has only the primary one."""
        return {*(self.key_ids or ()), *([self.api_key] if self.api_key else ())}

    def keys_are_unchanged(self) -> Condition:
        """Returns the condition that the keys have not changed since this merchant was read."""
        version = Merchant.keys_version
        return version == self.keys_version if self.keys_version else version.does_not_exist() | (version == 0)
