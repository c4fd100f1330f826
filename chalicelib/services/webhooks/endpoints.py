"""Manages a merchant's webhook endpoints: their URLs, events and secrets."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from chalicelib import queues, vault
from chalicelib.config import settings
from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest, NotFound
from chalicelib.domain.ids import new_id
from chalicelib.domain.money import NO_CURRENCY
from chalicelib.domain.webhook_urls import host_of
from chalicelib.domain.webhooks import DEFAULT_EVENTS, SECRET_PREFIX, Event, Format, new_secret
from chalicelib.persistence import totals
from chalicelib.persistence.merchants import Merchant
from chalicelib.persistence.ownership import existing
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.persistence.webhook_endpoints import PreviousSecret, WebhookEndpoint
from chalicelib.services.caching import TimedCache
from chalicelib.services.events import announcing
from chalicelib.services.events.announcing import NewEvent, NewEvents
from chalicelib.services.webhooks import bounds
from chalicelib.telemetry import logger

# Includes the default endpoint, whether it has a URL or not.
MAX_ENDPOINTS = 10
GRACE_SECONDS = 24 * 3600
MAX_PREVIOUS = 3
# How long the edge may use an outdated endpoint. Only payment.created and payment.pending depend on it.
RECENT_SECONDS = 2.0

_recent: TimedCache[list[WebhookEndpoint]] = TimedCache(RECENT_SECONDS)


def current(merchant_id: str) -> list[WebhookEndpoint]:
    return WebhookEndpoint.of_merchant(merchant_id)


def recent(merchant_id: str) -> list[WebhookEndpoint]:
    """Returns the endpoints like current(), at most RECENT_SECONDS old. Saves a read for every payment."""
    known = _recent.get(merchant_id)
    return _recent.put(merchant_id, current(merchant_id)) if known is None else known


def new(
    merchant_id: str, url: str | None, wanted: Sequence[str] = DEFAULT_EVENTS, secret: str | None = None
) -> WebhookEndpoint:
    """Returns an endpoint that is not saved yet. url None: for a merchant's default endpoint before a URL is set."""
    endpoint_id, now = new_id("we"), clock.iso(clock.now())
    return WebhookEndpoint(
        merchant_id,
        endpoint_id,
        url=url,
        events=[str(event) for event in wanted],
        enabled=True,
        sealed_secret=vault.seal((secret or new_secret()).encode(), endpoint_id),
        created_at=now,
        updated_at=now,
    )


def check_url(url: str) -> None:
    """Raises BadRequest if this stage may not send a webhook to the URL."""
    from chalicelib import outbound  # noqa: PLC0415  # the API needs it only where a URL is set

    outbound.check_url(url, allow_private=settings().is_test_stage)


def visible(merchant_id: str) -> list[WebhookEndpoint]:
    return [endpoint for endpoint in current(merchant_id) if endpoint.url]


def find(merchant_id: str, endpoint_id: str) -> WebhookEndpoint:
    return existing(WebhookEndpoint.find(merchant_id, endpoint_id), "Webhook endpoint")


def primary(merchant: Merchant) -> WebhookEndpoint:
    """Returns the merchant's default endpoint, which /merchants/webhook shows and changes. Raises NotFound."""
    return find(merchant.id, merchant.primary_endpoint_id)


def secrets(endpoint: WebhookEndpoint) -> list[str]:
    """Returns the secrets in clear: the current secret first, then earlier secrets in their grace period."""
    sealed = [endpoint.sealed_secret, *(previous.sealed for previous in in_grace(endpoint))]
    return [vault.unseal(secret, endpoint.id).decode() for secret in sealed]


def in_grace(endpoint: WebhookEndpoint) -> list[PreviousSecret]:
    return [previous for previous in endpoint.previous_secrets or () if previous.expires_at > clock.now()]


@dataclass(frozen=True, slots=True)
class Foreign:
    """What the Razorpay-compatible surface keeps of an endpoint: the names of its events there, and its own secret.

    None leaves a field as it is. An endpoint made there without a secret has a random one, and says that it has none.
    """

    events: list[str] | None = None
    secret: str | None = None
    alert_email: str | None = None

    def kept(self, before: dict[str, Any]) -> dict[str, Any]:
        """Returns the endpoint's `subscribed`. before: as it was."""
        has_secret = bool(self.secret) or bool(before.get("has_secret", False))
        given = {"events": self.events, "alert_email": self.alert_email}
        return {
            **before,
            **{name: value for name, value in given.items() if value is not None},
            "has_secret": has_secret,
        }


def create(  # the parts of an endpoint
    merchant_id: str,
    url: str,
    wanted: Sequence[str],
    form: Format = Format.NATIVE,
    *,
    enabled: bool,
    foreign: Foreign | None = None,
) -> WebhookEndpoint:
    """Creates an endpoint. Raises BadRequest if the merchant has too many.

    The limit is the condition of the write, so it holds however many requests race.
    """
    check_url(url)
    endpoint = new(merchant_id, url, wanted, foreign.secret if foreign else None)
    endpoint.enabled, endpoint.format = enabled, None if form == Format.NATIVE else form
    endpoint.subscribed = foreign.kept({}) if foreign else None
    transaction = Transaction()
    transaction.put("endpoint", endpoint)
    has_room = Merchant.id.exists() & ~(Merchant.other_endpoints >= MAX_ENDPOINTS - 1)
    transaction.update("merchant", Merchant(merchant_id), [Merchant.other_endpoints.add(1)], has_room)
    try:
        transaction.commit()
    except Refused:
        most = f"A merchant has at most {MAX_ENDPOINTS} webhook endpoints, the one of the profile included"
        raise BadRequest(most) from None
    _recent.forget(merchant_id)
    return endpoint


@dataclass(frozen=True, slots=True)
class Change:
    """The fields of a PATCH. None leaves a field as it is."""

    url: str | None = None
    events: list[str] | None = None
    enabled: bool | None = None
    format: Format | None = None
    foreign: Foreign | None = None


def change(merchant_id: str, endpoint_id: str, wanted: Change) -> WebhookEndpoint:
    """Changes an endpoint. Forgets the receiver's failures if the endpoint was off or gets another host.

    Never closes an open breaker. Raises NotFound or BadRequest.
    """
    endpoint = find(merchant_id, endpoint_id)
    _check_format(endpoint, wanted.format)
    actions = []
    if wanted.url is not None:
        check_url(wanted.url)
        actions.append(WebhookEndpoint.url.set(wanted.url))
    if wanted.events is not None:
        actions.append(WebhookEndpoint.events.set(wanted.events))
    if wanted.enabled is not None:
        actions.append(WebhookEndpoint.enabled.set(wanted.enabled))
    if wanted.foreign is not None:
        actions += _foreign_actions(endpoint, wanted.foreign)
    elif wanted.events is not None and endpoint.subscribed:
        kept = {name: value for name, value in endpoint.subscribed.items() if name != "events"}
        actions.append(WebhookEndpoint.subscribed.set(kept))
    if wanted.format is not None:
        actions.append(WebhookEndpoint.format.set(wanted.format))
    if (wanted.enabled and not endpoint.enabled) or _leads_elsewhere(endpoint, wanted.url):
        actions += _health_forgotten()
    return _update(endpoint, actions)


def _check_format(endpoint: WebhookEndpoint, wanted: Format | None) -> None:
    """Raises BadRequest for the native format if the secret has no form in which Standard Webhooks can sign with it."""
    if wanted == Format.NATIVE and not secrets(endpoint)[0].startswith(SECRET_PREFIX):
        raise BadRequest("The native format needs a secret of the gateway: rotate the secret first", field="format")


def _foreign_actions(endpoint: WebhookEndpoint, foreign: Foreign) -> list[Any]:
    actions = [WebhookEndpoint.subscribed.set(foreign.kept(endpoint.subscribed or {}))]
    if foreign.secret:
        actions.append(WebhookEndpoint.sealed_secret.set(vault.seal(foreign.secret.encode(), endpoint.id)))
    return actions


def _leads_elsewhere(endpoint: WebhookEndpoint, url: str | None) -> bool:
    return url is not None and (not endpoint.url or host_of(url) != host_of(endpoint.url))


def _health_forgotten() -> list[Any]:
    """Returns the updates that forget an endpoint's failures.

    An open breaker stays open for its half a minute. Otherwise a merchant could close it by switching the endpoint off
    and on.
    """
    return [
        WebhookEndpoint.disabled_reason.remove(),
        WebhookEndpoint.slow.set(0),
        WebhookEndpoint.failing_since.remove(),
        WebhookEndpoint.failed_at.remove(),
    ]


def set_primary_url(merchant: Merchant, url: str | None) -> WebhookEndpoint:
    """Sets or removes the URL of the default endpoint. Raises BadRequest with the field "webhook_url"."""
    endpoint = primary(merchant)
    if url is None:
        return _update(endpoint, [WebhookEndpoint.url.remove()])
    try:
        return change(merchant.id, endpoint.id, Change(url=url, enabled=True))
    except BadRequest as error:
        raise BadRequest(error.description, field="webhook_url") from None


def delete(merchant: Merchant, endpoint_id: str) -> None:
    """Deletes an endpoint. The default endpoint keeps its secret and loses its URL. Raises NotFound."""
    endpoint = find(merchant.id, endpoint_id)
    if endpoint_id == merchant.primary_endpoint_id:
        _update(endpoint, [WebhookEndpoint.url.remove()])
        return
    transaction = Transaction()
    transaction.delete("endpoint", endpoint, WebhookEndpoint.id.exists())
    transaction.update("merchant", merchant, [Merchant.other_endpoints.add(-1)])
    try:
        transaction.commit()
    except Refused:
        raise NotFound("Webhook endpoint") from None
    _recent.forget(merchant.id)


def rotate_secret(merchant_id: str, endpoint_id: str) -> tuple[WebhookEndpoint, str]:
    """Makes a new secret, which signs at once. Earlier secrets sign beside it for GRACE_SECONDS.

    Several earlier secrets are kept, because a merchant who got no answer rotates again and has not seen the secret in
    between. Raises BadRequest if another request rotates at the same time: one of the two new secrets would never sign.
    """
    endpoint = find(merchant_id, endpoint_id)
    secret = new_secret()
    expires_at = int(clock.now()) + GRACE_SECONDS
    previous = PreviousSecret(sealed=endpoint.sealed_secret, expires_at=expires_at)  # type: ignore[no-untyped-call]
    actions = [
        WebhookEndpoint.previous_secrets.set([previous, *in_grace(endpoint)][:MAX_PREVIOUS]),
        WebhookEndpoint.sealed_secret.set(vault.seal(secret.encode(), endpoint.id)),
    ]
    if not _changed(endpoint, actions, WebhookEndpoint.sealed_secret == endpoint.sealed_secret):
        raise BadRequest("The secret is being rotated by another request")
    logger.info("webhook secret rotated", merchant_id=merchant_id, endpoint_id=endpoint_id)
    return endpoint, secret


def send_test(endpoint: WebhookEndpoint, request_id: str) -> dict[str, Any]:
    """Sends webhook.test to this endpoint, even if the endpoint does not subscribe to it.

    Raises BadRequest without a URL or for a format without test events, and TooManyRequests.
    """
    if not endpoint.url:
        raise BadRequest("Webhook URL not configured", field="webhook_url")
    if endpoint.format == Format.RAZORPAY:
        raise BadRequest("The endpoint's format has no test event", field="format")
    bounds.take(bounds.BY_HAND, endpoint)
    data = {"endpoint_id": endpoint.id, "message": "This is a test event."}
    told = [NewEvent(Event.TEST, str(uuid4()), 1, tuple(data))]
    stored = announcing.announce(NewEvents(endpoint.merchant_id, clock.iso(clock.now()), told, data), ())
    delivery = announcing.new_delivery(stored.events[0], endpoint, request_id)
    queues.send(*announcing.jobs_of([delivery.id], request_id, endpoint.merchant_id))
    transaction = Transaction()
    announcing.put(transaction, replace(stored, deliveries=[delivery]))
    totals.add(transaction, announcing.count_changes([delivery], NO_CURRENCY), shard_by=delivery.id)
    transaction.commit()
    return {
        "id": delivery.id,
        "event": delivery.event,
        "status": delivery.status,
        "message": "Test webhook scheduled",
    }


def _update(endpoint: WebhookEndpoint, actions: list[Any]) -> WebhookEndpoint:
    """Updates the endpoint. Raises NotFound if it was deleted meanwhile."""
    if not _changed(endpoint, actions, WebhookEndpoint.id.exists()):
        raise NotFound("Webhook endpoint")
    return endpoint


def _changed(endpoint: WebhookEndpoint, actions: list[Any], condition: Any) -> bool:
    _recent.forget(endpoint.merchant_id)
    return endpoint.change([*actions, WebhookEndpoint.updated_at.set(clock.iso(clock.now()))], condition)
