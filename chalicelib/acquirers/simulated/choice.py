"""Chooses the script of a payment or refund: its order's, its instrument's, or the settings' script for all."""

from dataclasses import replace

from chalicelib.acquirers.base import Charge, Inquiry, RefundRequest
from chalicelib.acquirers.simulated.chance import share
from chalicelib.acquirers.simulated.instruments import REFUND_AMOUNTS, TEST_CARDS, TEST_VPAS, UPI_AMOUNTS
from chalicelib.acquirers.simulated.scripts import APPROVE, LONGEST, Script, parse
from chalicelib.config import Settings
from chalicelib.domain.cards import Card
from chalicelib.domain.declines import PAYMENT_FAILED
from chalicelib.methods import Instrument
from chalicelib.methods.netbanking import Netbanking
from chalicelib.methods.upi import Flow, Upi

# The script for text that cannot be read; the API lets no such text in.
UNREADABLE = Script(outcome="PROCESSING_ERROR")
# What a `refund …` step means.
OF_REFUNDS = {
    "approve": Script(outcome=APPROVE),
    "decline": Script(outcome="REFUND_FAILED"),
    "silence": Script(silence=LONGEST, outcome=APPROVE),
}


def payer_leads(instrument: Instrument | None) -> bool:
    """Returns whether nothing happens until the payer has opened a link, scanned a code or signed in at the bank."""
    return isinstance(instrument, Netbanking) or (isinstance(instrument, Upi) and instrument.flow != Flow.COLLECT)


def of_payment(asked: Charge | Inquiry, card: Card | None, settings: Settings) -> Script:
    """Returns the script with its outcome decided. A UPI payment's charge and its inquiries get the same script."""
    own = _read(asked.script)
    of_instrument = _read(_test_script(asked, card))
    script = _first(own, of_instrument, parse(settings.simulated_bank))
    if payer_leads(asked.instrument):
        script = replace(script, challenge=True)
    outcome = script.outcome or (of_instrument and of_instrument.outcome) or _drawn(asked, script, settings)
    return replace(script, outcome=outcome)


def of_refund(request: RefundRequest, settings: Settings) -> Script:
    """Returns the script of a refund.

    Only the `refund …` step of a payment's script applies to its refunds. The bank's troubles with all calls apply, too.
    """
    of_amount = _read(REFUND_AMOUNTS.get(request.amount, ""))
    of_order = _read(request.script)
    if of_order and of_order.refund:
        return OF_REFUNDS[of_order.refund]
    if of_amount:
        return of_amount
    bank = parse(settings.simulated_bank)
    return Script(flaky=bank.flaky, wait=bank.wait, silence=bank.silence, outcome=APPROVE)


def _first(*scripts: Script | None) -> Script:
    return next(script for script in scripts if script is not None)


def _read(text: str) -> Script | None:
    """Reads a script; None if there is no text."""
    try:
        return parse(text) if text else None
    except ValueError:
        return UNREADABLE


def _test_script(asked: Charge | Inquiry, card: Card | None) -> str:
    if card:
        return TEST_CARDS.get(card.number, "")
    if not isinstance(asked.instrument, Upi):
        return ""
    name = (asked.instrument.vpa or "").partition("@")[0].lower()
    by_amount = UPI_AMOUNTS.get(asked.amount, "") if asked.currency == "INR" else ""
    return TEST_VPAS.get(name) or by_amount


def _drawn(asked: Charge | Inquiry, script: Script, settings: Settings) -> str:
    """Draws an outcome. A payment that the payer approved succeeds at any rate, unless TEST_MODE lets all fail."""
    if settings.test_mode:
        return APPROVE if settings.test_payment_success else PAYMENT_FAILED
    rate = settings.upi_success_rate if isinstance(asked.instrument, Upi) else settings.card_success_rate
    return APPROVE if script.challenge or share(asked.payment_id) < rate else PAYMENT_FAILED
