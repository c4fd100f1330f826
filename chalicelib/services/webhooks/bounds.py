"""Limits how many webhooks may be started by hand: a gateway that posts to any URL without a limit is a weapon.

Webhooks of events are limited by the payments that cause them, and retries by the ladder.
"""

from dataclasses import dataclass

from chalicelib.domain.errors import TooManyRequests
from chalicelib.domain.webhook_urls import host_of
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.persistence.usages import Usage, seconds_left
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint

WINDOW_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Bound:
    """The most webhooks in a minute: of one endpoint, of one merchant, and to one host over all merchants."""

    name: str
    endpoint: int
    merchant: int
    host: int


# For a test webhook, or one delivery that is sent again.
BY_HAND = Bound("by hand", endpoint=60, merchant=120, host=300)
# For a replay, which may send a thousand deliveries in one request. All of them announce real events and have failed
# before.
REPLAYED = Bound("replayed", endpoint=1000, merchant=2000, host=3000)


def take(bound: Bound, endpoint: WebhookEndpoint, number: int = 1) -> None:
    """Counts `number` webhooks against all three limits, or against none. Raises TooManyRequests at a limit."""
    if not endpoint.url or not number:
        return
    limits = {
        f"{bound.name} endpoint {endpoint.id}": bound.endpoint,
        f"{bound.name} merchant {endpoint.merchant_id}": bound.merchant,
        f"{bound.name} host {host_of(endpoint.url)}": bound.host,
    }
    transaction = Transaction()
    for what, most in limits.items():
        Usage.take(transaction, what, number, most, WINDOW_SECONDS)
    try:
        transaction.commit()
    except Refused:
        raise TooManyRequests(seconds_left(WINDOW_SECONDS)) from None
