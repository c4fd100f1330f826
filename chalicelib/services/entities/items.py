"""Shows items. They have no field `entity`; taxes are not kept."""

from chalicelib.persistence.items import Item
from chalicelib.services.entities.common import Entity, epoch
from chalicelib.services.items import ACTIVE

_UNKNOWN = ("unit", "hsn_code", "sac_code", "tax_rate", "tax_id", "tax_group_id")


def item(record: Item) -> Entity:
    """Shows an item."""
    return {
        "id": record.id,
        "active": record.active == ACTIVE,
        "name": record.name,
        "description": record.description,
        "amount": record.amount,
        "unit_amount": record.amount,
        "currency": record.currency,
        "type": "invoice",
        "tax_inclusive": False,
        **dict.fromkeys(_UNKNOWN),
        "created_at": epoch(record.created_at),
    }
