"""Shows webhook endpoints as entities."""

from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.services.entities.common import Entity, epoch
from chalicelib.services.events import announcing

_OF_OBJECT = {
    "payment": "authorized captured failed",
    "payment.dispute": "created under_review action_required won lost closed",
    "payment.downtime": "started updated resolved",
    "order": "paid notification.delivered notification.failed",
    "refund": "created processed failed speed_changed arn_updated",
    "payment_link": "paid partially_paid cancelled expired",
    "qr_code": "created credited closed",
    "subscription": ("authenticated activated charged pending halted paused resumed updated cancelled completed"),
    "settlement": "processed",
    "invoice": "paid partially_paid expired",
    "transfer": "processed settled failed",
    "virtual_account": "created credited closed",
    "token": "confirmed rejected paused resumed cancelled",
    "account": "instantly_activated activated under_review needs_clarification rejected suspended",
}
# The names that an endpoint may subscribe to, whether or not the gateway ever has such an event.
EVENTS = frozenset(f"{thing}.{name}" for thing, names in _OF_OBJECT.items() for name in names.split())


def webhook(record: WebhookEndpoint) -> Entity:
    """Shows an endpoint. An endpoint of the native API shows the native names of its events."""
    foreign = record.subscribed or {}
    return {
        "id": record.id,
        "entity": "webhook",
        "url": record.url,
        "alert_email": foreign.get("alert_email"),
        "secret_exists": bool(foreign.get("has_secret", True)),
        "active": record.enabled,
        "events": foreign.get("events") or list(announcing.subscriptions(record)),
        "service": "api-live",
        "owner_id": record.merchant_id,
        "owner_type": "merchant",
        "context": [],
        "disabled_at": 0,
        "created_at": epoch(record.created_at),
        "updated_at": epoch(record.updated_at),
    }
