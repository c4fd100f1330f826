"""Shows QR codes as entities."""

from chalicelib.persistence.qr_codes import QrCode
from chalicelib.services.entities.common import Entity, epoch, notes


def qr_code(record: QrCode) -> Entity:
    """Shows a code. image_url: null, because the gateway draws no picture."""
    return {
        "id": record.id,
        "entity": "qr_code",
        "created_at": epoch(record.created_at),
        "name": record.name,
        "usage": record.usage,
        "type": "upi_qr",
        "image_url": None,
        "payment_amount": record.payment_amount,
        "status": record.status,
        "description": record.description,
        "fixed_amount": record.fixed_amount,
        "payments_amount_received": record.amount_received,
        "payments_count_received": record.payments_count,
        "notes": notes(record.notes),
        "customer_id": record.customer_id,
        "close_by": None if record.close_by is None else int(record.close_by),
        "closed_at": epoch(record.closed_at),
        "close_reason": record.close_reason,
    }
