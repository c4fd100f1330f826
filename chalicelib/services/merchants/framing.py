"""Keeps the merchant's list of pages that may show the checkout in a frame."""

from collections.abc import Sequence

from chalicelib.config import settings
from chalicelib.domain.frames import may_show, normal
from chalicelib.persistence.merchants import Merchant
from chalicelib.services.caching import TimedCache
from chalicelib.services.merchants import accounts
from chalicelib.telemetry import logger

# How long another process may use the old list after a change, in seconds.
MEMORY_SECONDS = 60

_allowed: TimedCache[tuple[str, ...]] = TimedCache(MEMORY_SECONDS)


def allow(merchant_id: str, origins: Sequence[str]) -> None:
    """Sets the allowed origins; an empty list allows any. Raises BadRequest or NotFound."""
    wanted = list(dict.fromkeys(normal(each, allow_http=settings().is_test_stage) for each in origins))
    Merchant.alter(merchant_id, [Merchant.allowed_frame_origins.set(wanted)])
    _allowed.forget(merchant_id)
    logger.info("frame origins changed", merchant_id=merchant_id, origins=wanted)


def is_allowed(merchant_id: str, framing: str) -> bool:
    """Returns whether these pages may show the checkout in a frame. Raises NotFound.

    framing: the origins of all pages around the frame, separated by blanks; "null" stands for an unknown origin.
    """
    known = _allowed.get(merchant_id)
    if known is None:
        known = _allowed.put(merchant_id, tuple(accounts.find(merchant_id).allowed_frame_origins or ()))
    return may_show(known, framing.split())
