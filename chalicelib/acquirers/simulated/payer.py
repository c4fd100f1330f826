"""Acts for the payer at the bank: enters a code, approves in an app, signs in, or turns away."""

from dataclasses import replace

from chalicelib.acquirers.simulated import memory
from chalicelib.acquirers.simulated.bank import holds_after
from chalicelib.acquirers.simulated.chance import reference
from chalicelib.acquirers.simulated.memory import Remembered
from chalicelib.acquirers.simulated.notifications import Signed, signed
from chalicelib.acquirers.simulated.scripts import APPROVE, parse
from chalicelib.config import settings
from chalicelib.domain.declines import DECLINES

ACTIONS = ("approve", "decline", "challenge", "cancel")
CODE_DIGITS = range(4, 11)


class ActRefused(ValueError):
    """The bank awaits no such act. The text is for the payer's page."""


class WrongCode(ActRefused):
    """The code is wrong, and the payer may try again: tries_left is at least one."""

    def __init__(self, tries_left: int) -> None:
        super().__init__(f"The code is wrong; tries left: {tries_left}")
        self.tries_left = tries_left


def act(payment_id: str, action: str, code: str = "") -> list[Signed]:
    """Keeps the payer's act. Returns the notifications that the bank sends to the gateway because of it.

    action: one of ACTIONS. code: the entered code for `challenge`; a decline code for `decline`. A repeated act returns
    the same notifications. Raises WrongCode, ActRefused if the bank awaits no such act, or Unavailable.
    """
    if action not in ACTIONS:
        raise ActRefused(f"The payer can {', '.join(ACTIONS)}, not {action!r}")
    if action == "challenge" and not _is_right(code):
        return _wrong_code(payment_id)
    return _consent(payment_id) if action in {"approve", "challenge"} else _refuse(payment_id, _reason(action, code))


def _is_right(code: str) -> bool:
    return code.isascii() and code.isdecimal() and len(code) in CODE_DIGITS


def _reason(action: str, code: str) -> str:
    reason = "PAYMENT_CANCELLED" if action == "cancel" else code or "PAYMENT_DECLINED"
    if reason not in DECLINES:
        raise ActRefused(f"{reason!r} is no decline code. The codes are: {', '.join(DECLINES)}")
    return reason


def _wrong_code(payment_id: str) -> list[Signed]:
    tries_left = memory.count_wrong_code(payment_id)
    if tries_left:
        raise WrongCode(tries_left)
    return _refuse(payment_id, "AUTHENTICATION_FAILED")


def _consent(payment_id: str) -> list[Signed]:
    remembered = _found(payment_id)
    ending = replace(parse(remembered.script), challenge=False)
    if not memory.approve(payment_id, holds_after(ending)):
        _check_repeated(payment_id, APPROVE)
    return _notifications(remembered, APPROVE)


def _refuse(payment_id: str, code: str) -> list[Signed]:
    remembered = _found(payment_id)
    if not memory.decline(payment_id, code):
        _check_repeated(payment_id, code)
    return _notifications(remembered, code)


def _found(payment_id: str) -> Remembered:
    remembered = memory.find(payment_id)
    if remembered is None or remembered.action is None:
        raise ActRefused("The bank awaits nothing from the payer")
    return remembered


def _check_repeated(payment_id: str, decision: str) -> None:
    """Checks an act whose write was refused. Raises ActRefused unless the same act came first."""
    decided = _found(payment_id).decision
    if decided != decision:
        raise ActRefused("The payer has acted already" if decided else "Too many wrong codes were entered")


def _notifications(remembered: Remembered, decision: str) -> list[Signed]:
    """Returns the notifications.

    The copies for `duplicate` share one id and one signature: one notification, sent twice.
    """
    object_id = remembered.object_id
    one = signed(object_id, f"ntf_{reference(f'{decision} {object_id}')}", settings().bank_notification_secret)
    return [one] * (2 if parse(remembered.script).duplicate else 1)
