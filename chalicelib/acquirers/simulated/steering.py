"""Decides by hand what the bank answers about one payment from now on. Test stages only."""

from chalicelib.acquirers.simulated import links, memory
from chalicelib.acquirers.simulated.bank import holds_after
from chalicelib.acquirers.simulated.chance import reference
from chalicelib.acquirers.simulated.memory import Update
from chalicelib.acquirers.simulated.notifications import Signed, signed
from chalicelib.acquirers.simulated.scripts import parse
from chalicelib.config import settings
from chalicelib.domain import clock
from chalicelib.domain.payments import CHALLENGE_SECONDS


def steering(object_id: str, text: str) -> Update:
    """Returns the update of the bank's memory that makes the bank follow a script from now on. Raises ValueError."""
    script = parse(text)
    if script.challenge:
        page = links.page_for(object_id, clock.now() + CHALLENGE_SECONDS, settings())
        return memory.challenging(object_id, text, page)
    return memory.rewriting(object_id, text, holds_after(script))


def news(object_id: str) -> list[Signed]:
    """Returns a notification about an object, as the bank would send it now."""
    return [signed(object_id, f"ntf_{reference(f'{clock.now()} {object_id}')}", settings().bank_notification_secret)]


def awaits_payer(object_id: str) -> bool:
    """Returns whether the bank has asked the payer to act and has no answer."""
    remembered = memory.find(object_id)
    return bool(remembered and remembered.action and not remembered.decision)
