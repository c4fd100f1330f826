"""Shows plans and subscriptions as entities."""

from typing import Any

from chalicelib.domain.money import DEFAULT_CURRENCY
from chalicelib.persistence.plans import Plan
from chalicelib.persistence.subscriptions import Subscription
from chalicelib.services.entities import links
from chalicelib.services.entities.common import Entity, epoch, notes

_TIMES = ("current_start", "current_end", "ended_at", "charge_at", "start_at", "end_at", "expire_by")
_TAXES = ("hsn_code", "sac_code", "tax_rate", "tax_id", "tax_group_id")


def plan(record: Plan) -> Entity:
    made = epoch(record.created_at)
    return {
        "id": record.id,
        "entity": "plan",
        "interval": record.interval,
        "period": record.period,
        "item": _item("plan", record.id, record.name, int(record.amount), record.currency, made)
        | {"description": record.description},
        "notes": notes(record.notes),
        "created_at": made,
    }


def _item(
    kind: str, owner_id: str, name: str, amount: int, currency: str, made: int | None
) -> Entity:  # an item's parts
    return {
        "id": f"item_{owner_id.partition('_')[2]}",
        "active": True,
        "name": name,
        "description": None,
        "amount": amount,
        "unit_amount": amount,
        "currency": currency,
        "type": kind,
        "unit": None,
        "tax_inclusive": False,
        **dict.fromkeys(_TAXES),
        "created_at": made,
        "updated_at": made,
    }


def subscription(record: Subscription) -> Entity:
    change: dict[str, Any] = record.scheduled or {}
    shown = {name: getattr(record, name) for name in _TIMES}
    return {
        "id": record.id,
        "entity": "subscription",
        "plan_id": record.plan_id,
        "customer_id": record.customer_id,
        "status": record.status,
        "quantity": record.quantity,
        "notes": notes(record.notes),
        **{name: None if at is None else int(at) for name, at in shown.items()},
        "auth_attempts": record.auth_attempts,
        "total_count": record.total_count,
        "paid_count": record.paid_count,
        "remaining_count": record.total_count - record.paid_count,
        "customer_notify": record.customer_notify,
        "created_at": epoch(record.created_at),
        "short_url": links.page_of(record.first_order_id, record.key_id),
        "has_scheduled_changes": bool(change),
        "change_scheduled_at": int(record.current_end) if change and record.current_end else None,
        "source": "api",
        "offer_id": None,
    }


def addon(record: Subscription, given: list[Any]) -> Entity:
    """Shows an add-on that the subscription has just got."""
    identifier, name, amount, quantity = given
    made = epoch(record.updated_at)
    return {
        "id": identifier,
        "entity": "addon",
        "item": _item("addon", identifier, name, amount, DEFAULT_CURRENCY, made),
        "quantity": quantity,
        "created_at": made,
        "subscription_id": record.id,
        "invoice_id": None,
    }
