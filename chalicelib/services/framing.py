"""A merchant's setting: which pages may show his checkout in a frame."""

from collections.abc import Sequence

from chalicelib.config import settings
from chalicelib.domain.errors import NotFound
from chalicelib.domain.frames import may_show, normal
from chalicelib.persistence.merchants import Merchant
from chalicelib.services import merchants
from chalicelib.services.caching import TimedCache
from chalicelib.telemetry import logger

# How long a process that did not make a change goes on as before.
MEMORY_SECONDS = 60

_allowed: TimedCache[tuple[str, ...]] = TimedCache(MEMORY_SECONDS)


def allow(merchant_id: str, origins: Sequence[str]) -> None:
    """Sets the allowed origins; none means any. Raises BadRequest or NotFound."""
    wanted = list(dict.fromkeys(normal(each, allow_http=settings().is_test_stage) for each in origins))
    if not Merchant(merchant_id).change([Merchant.allowed_frame_origins.set(wanted)], Merchant.id.exists()):
        raise NotFound("Merchant")
    _allowed.forget(merchant_id)
    logger.info("frame origins changed", merchant_id=merchant_id, origins=wanted)


def is_allowed(merchant_id: str, framing: str) -> bool:
    """framing: the origins of all pages around the checkout's frame, separated by blanks; "null" stands for an unknown one."""
    known = _allowed.get(merchant_id)
    if known is None:
        known = _allowed.put(merchant_id, tuple(merchants.find(merchant_id).allowed_frame_origins or ()))
    return may_show(known, framing.split())
