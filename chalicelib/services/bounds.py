"""How many webhooks may be started by hand: a gateway that posts wherever it is told, as often as it is told, is a weapon.

What events start is bounded by the payments that cause them, and its retries by the ladder.
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
    """Webhooks in a minute. host: of one destination, over all merchants."""

    name: str
    endpoint: int
    merchant: int
    host: int


# A test, or one delivery sent again.
BY_HAND = Bound("by hand", endpoint=60, merchant=120, host=300)
# What a replay starts, of which one request may start a thousand. Each did happen, and had failed.
REPLAYED = Bound("replayed", endpoint=1000, merchant=2000, host=3000)


def take(bound: Bound, endpoint: WebhookEndpoint, number: int = 1) -> None:
    """Counts `number` webhooks against all three limits, or none of them. Raises TooManyRequests where one is reached."""
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
