"""Shows customers as entities."""

from chalicelib.persistence.customers import Customer
from chalicelib.services.entities.common import Entity, epoch, notes


def customer(record: Customer) -> Entity:
    return {
        "id": record.id,
        "entity": "customer",
        "name": record.name,
        "email": record.email,
        "contact": record.contact,
        "gstin": record.gstin,
        "notes": notes(record.notes),
        "created_at": epoch(record.created_at),
    }
