"""Builds the links to which the bank sends a payer."""

from urllib.parse import quote, urlencode

from chalicelib.acquirers.base import ActionNeeded, ActionType, Charge
from chalicelib.config import Settings
from chalicelib.domain import clock
from chalicelib.domain.money import in_major_unit
from chalicelib.domain.payments import CHALLENGE_SECONDS
from chalicelib.methods.upi import Flow, Upi

# NPCI's limit on the characters of a payee's name in a link.
MAX_NAME = 99


def action_for(charge: Charge, settings: Settings) -> ActionNeeded:
    """Returns what the payer must do: approve in the UPI app, or go to the bank's page."""
    expires_at = min(charge.expires_at, clock.now() + CHALLENGE_SECONDS)
    if isinstance(charge.instrument, Upi):
        kind: ActionType = "upi_qr" if charge.instrument.flow == Flow.QR else "upi_intent"
        return ActionNeeded(kind, upi_link(charge), expires_at)
    return page_for(charge.payment_id, expires_at, settings)


def page_for(payment_id: str, expires_at: float, settings: Settings) -> ActionNeeded:
    """Returns the way to the bank's page, where the payer of any instrument can act. expires_at: Unix seconds."""
    page = f"{settings.checkout}/bank?{urlencode({'payment_id': payment_id})}"
    return ActionNeeded("redirect", page, expires_at)


def upi_link(charge: Charge) -> str:
    """Returns a link as in NPCI's UPI Linking Specification. Spaces are %20, because apps read a + as a plus."""
    fields = {
        "pa": f"{charge.payee.merchant_id}@simbank",
        "pn": charge.payee.name[:MAX_NAME],
        "tr": charge.payment_id,
        "am": in_major_unit(charge.amount, charge.currency),
        "cu": charge.currency,
        "tn": f"Payment {charge.payment_id}",
    }
    return f"upi://pay?{urlencode(fields, quote_via=quote, safe='@')}"
