"""Explains to a merchant why a signature failed, with the merchant's own secrets."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.errors import NotFound
from chalicelib.domain.signature_check import Candidate, check_signature
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.services.webhooks import endpoints, log


def verify(merchant_id: str, body: str, headers: Mapping[str, str], endpoint_id: str | None) -> dict[str, Any]:
    """Checks a signature. Raises NotFound if the merchant has no such endpoint.

    endpoint_id: the endpoint that ought to have signed, if the merchant knows.
    """
    mine = endpoints.current(merchant_id)
    if endpoint_id is not None and all(endpoint.id != endpoint_id for endpoint in mine):
        raise NotFound("Webhook endpoint")
    sent = _sent(merchant_id, headers)
    checks = check_signature(body, headers, _candidates(mine), clock.wall(), endpoint_id=endpoint_id, sent=sent)
    shown = [{"name": c.name, "passed": c.passed, "explanation": c.explanation} for c in checks]
    return {"valid": all(check.passed for check in checks), "checks": shown}


def _sent(merchant_id: str, headers: Mapping[str, str]) -> str | None:
    """Returns the body of the merchant's delivery that the webhook-id names."""
    given = next((value.strip() for name, value in headers.items() if name.lower() == "webhook-id"), "")
    delivery = Delivery.find(given) if given else None
    return log.sent_body(delivery) if delivery and delivery.merchant_id == merchant_id else None


def _candidates(mine: list[WebhookEndpoint]) -> list[Candidate]:
    """Returns the secrets that may have signed, current secrets first."""
    secrets = [(place, e.id, secret) for e in mine for place, secret in enumerate(endpoints.secrets(e))]
    return [Candidate(endpoint_id, secret, is_previous=place > 0) for place, endpoint_id, secret in sorted(secrets)]
