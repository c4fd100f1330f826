"""Makes, finds, changes and deletes the things that a merchant sells."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.errors import NotFound
from chalicelib.domain.ids import new_id
from chalicelib.domain.lists import ListQuery
from chalicelib.persistence.items import Item
from chalicelib.persistence.listing import Listing
from chalicelib.persistence.ownership import owned

PREFIX = "item"
ITEMS = Listing(Item, Item.by_merchant)
ACTIVE, INACTIVE = "1", "0"


@dataclass(frozen=True, slots=True)
class Details:
    """Holds what a request says of an item. None leaves a field as it is. amount: of one, in minor units. active: see Item."""

    name: str | None = None
    description: str | None = None
    amount: int | None = None
    currency: str | None = None
    active: str | None = None

    @property
    def known(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None}


def create(merchant_id: str, details: Details) -> Item:
    """Makes an active item. details: with a name, an amount and a currency."""
    now = clock.iso(clock.now())
    known = {"active": ACTIVE, **details.known}
    item = Item(new_id(PREFIX), merchant_id=merchant_id, created_at=now, updated_at=now, **known)
    item.write()
    return item


def find(merchant_id: str, item_id: str) -> Item:
    """Reads an item of the merchant. Raises NotFound."""
    return owned(Item.find(item_id), merchant_id, "Item")


def page(query: ListQuery) -> Sequence[Item]:
    """Returns the records of a page of a merchant's items. Raises BadRequest."""
    return ITEMS.page(query).rows


def edit(merchant_id: str, item_id: str, details: Details) -> Item:
    """Changes what is given of an item. Raises NotFound, also if the item was deleted meanwhile."""
    item = find(merchant_id, item_id)
    wanted = {**details.known, "updated_at": clock.iso(clock.now())}
    if not item.change([getattr(Item, name).set(value) for name, value in wanted.items()], Item.id.exists()):
        raise NotFound("Item")
    return item


def delete(merchant_id: str, item_id: str) -> None:
    """Deletes an item. Raises NotFound."""
    find(merchant_id, item_id).remove()
