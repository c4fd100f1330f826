"""Webhook endpoints, below /v1 as plugins call them and below /v2/accounts as the clients do."""

from typing import Any

from chalicelib.domain import counterparts
from chalicelib.domain.scopes import Scope
from chalicelib.domain.webhooks import Format
from chalicelib.razorpay.asked import Asked
from chalicelib.razorpay.errors import Refusal
from chalicelib.razorpay.fields import Fields
from chalicelib.razorpay.router import on
from chalicelib.services.entities import webhooks as entities
from chalicelib.services.entities.common import Entity, collection
from chalicelib.services.merchants import accounts
from chalicelib.services.webhooks import endpoints
from chalicelib.services.webhooks.endpoints import Change, Foreign

OF_ACCOUNT = "/v2/accounts/{account_id}/webhooks"
MAX_URL = 2048
# A client asks for as many secrets, mail addresses and names as fit here.
MAX_SECRET = 255


@on("POST", "/v1/webhooks", Scope.WEBHOOKS_WRITE)
@on("POST", OF_ACCOUNT, Scope.WEBHOOKS_WRITE)
def create_webhook(asked: Asked, *_account: str) -> Entity:
    body = asked.body
    names = _events(body)
    if not names:
        raise Refusal("The events field is required.", "events")
    foreign = Foreign(names, body.text("secret", MAX_SECRET), body.text("alert_email"))
    url = body.required_text("url", MAX_URL)
    events, enabled = counterparts.events_of(names), body.switch("active") is not False
    made = endpoints.create(asked.merchant_id, url, events, Format.RAZORPAY, enabled=enabled, foreign=foreign)
    return entities.webhook(made)


def _events(body: Fields) -> list[str] | None:
    """Returns the names of the wanted events, from a list or from switches; None if there are none. Raises Refusal."""
    found: Any = body.tree.get("events")
    if isinstance(found, dict):
        inner = body.inner("events")
        found = [name for name in found if inner.switch(name)]
    if found is None:
        return None
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        raise Refusal("The events must be a list of names.", "events")
    unknown = next((name for name in found if name not in entities.EVENTS), None)
    if unknown is not None:
        raise Refusal(f"The event {unknown[:64]} is invalid.", "events")
    return found


@on("GET", "/v1/webhooks", Scope.WEBHOOKS_READ)
@on("GET", OF_ACCOUNT, Scope.WEBHOOKS_READ)
def list_webhooks(asked: Asked, *_account: str) -> Entity:
    page = asked.list_query()
    rows = list(reversed(endpoints.visible(asked.merchant_id)))[page.offset : page.offset + page.limit]
    return collection([entities.webhook(endpoint) for endpoint in rows])


@on("GET", "/v1/webhooks/{webhook_id}", Scope.WEBHOOKS_READ)
def get_webhook(asked: Asked, webhook_id: str) -> Entity:
    return entities.webhook(endpoints.find(asked.merchant_id, webhook_id))


@on("GET", OF_ACCOUNT + "/{webhook_id}", Scope.WEBHOOKS_READ)
def get_webhook_of_account(asked: Asked, _account: str, webhook_id: str) -> Entity:
    return get_webhook(asked, webhook_id)


@on("PUT", "/v1/webhooks/{webhook_id}", Scope.WEBHOOKS_WRITE)
@on("PATCH", "/v1/webhooks/{webhook_id}", Scope.WEBHOOKS_WRITE)
def edit_webhook(asked: Asked, webhook_id: str) -> Entity:
    """Changes an endpoint. New events or a new secret give an endpoint of the native API Razorpay's format, too."""
    body = asked.body
    names, secret = _events(body), body.text("secret", MAX_SECRET)
    wanted = Change(
        body.text("url", MAX_URL),
        None if names is None else counterparts.events_of(names),
        body.switch("active"),
        Format.RAZORPAY if names or secret else None,
        Foreign(names, secret, body.text("alert_email")),
    )
    return entities.webhook(endpoints.change(asked.merchant_id, webhook_id, wanted))


@on("PATCH", OF_ACCOUNT + "/{webhook_id}", Scope.WEBHOOKS_WRITE)
def edit_webhook_of_account(asked: Asked, _account: str, webhook_id: str) -> Entity:
    return edit_webhook(asked, webhook_id)


@on("DELETE", "/v1/webhooks/{webhook_id}", Scope.WEBHOOKS_WRITE)
def delete_webhook(asked: Asked, webhook_id: str) -> list[Any]:
    endpoints.delete(accounts.find(asked.merchant_id), webhook_id)
    return []


@on("DELETE", OF_ACCOUNT + "/{webhook_id}", Scope.WEBHOOKS_WRITE)
def delete_webhook_of_account(asked: Asked, _account: str, webhook_id: str) -> list[Any]:
    return delete_webhook(asked, webhook_id)
