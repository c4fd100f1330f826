"""The simulated bank network: test instruments first, then TEST_MODE, then the configured rates.

Every answer follows from the question and the settings, and what is left to chance from the id in it, so a repeated
question gets the same answer, as a real acquirer's idempotency would give.
"""

import hashlib

from chalicelib.acquirers.base import Approved, Authorisation, Declined, Outcome, RefundRequest
from chalicelib.config import Settings
from chalicelib.domain.payments import DECLINED

FAILED = Declined(DECLINED, "Payment processing failed")

# Numbers as other gateways' sandboxes have them, so that what a developer knows by heart works here.
TEST_CARDS: dict[str, Outcome] = {
    "4111111111111111": Approved(),
    "4242424242424242": Approved(),
    "4012888888881881": Approved(),
    "5555555555554444": Approved(),
    "5105105105105100": Approved(),
    "2223003122003222": Approved(),
    "378282246310005": Approved(),
    "371449635398431": Approved(),
    "6011111111111117": Approved(),
    "6521525252525251": Approved(),
    "4000000000000002": Declined("CARD_DECLINED", "The card was declined"),
    "4000000000009995": Declined("INSUFFICIENT_FUNDS", "The card has insufficient funds"),
    "4000000000009987": Declined("LOST_CARD", "The card was reported lost"),
    "4000000000000069": Declined("CARD_EXPIRED", "The card has expired"),
    "4000000000000127": Declined("INCORRECT_CVC", "The security code is incorrect"),
    "4000000000000119": Declined("PROCESSING_ERROR", "The card network could not process the payment"),
}
TEST_VPA_NAMES: dict[str, Outcome] = {"success": Approved(), "failure": FAILED}
# A refund of this amount (minor units) is refused, so that a developer can see a refund fail.
REFUSED_REFUND_AMOUNT = 13131
REFUND_REFUSED = Declined("REFUND_FAILED", "The bank refused the refund")


def _share(text: str) -> float:
    """Even in [0, 1) and fixed by the text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") / 2**64


class SimulatedAcquirer:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def authorise(self, request: Authorisation) -> Outcome:
        fixed = self._test_instrument(request)
        if fixed is not None:
            return fixed
        if self._settings.test_mode:
            return Approved() if self._settings.test_payment_success else FAILED
        rate = self._settings.card_success_rate if request.card else self._settings.upi_success_rate
        return Approved() if _share(request.payment_id) < rate else FAILED

    @staticmethod
    def _test_instrument(request: Authorisation) -> Outcome | None:
        if request.card:
            return TEST_CARDS.get(request.card.number)
        return TEST_VPA_NAMES.get((request.vpa or "").split("@")[0])

    def refund(self, request: RefundRequest) -> Outcome:
        return REFUND_REFUSED if request.amount == REFUSED_REFUND_AMOUNT else Approved()

    def processing_delay(self, object_id: str) -> float:
        if self._settings.test_mode:
            return self._settings.test_processing_delay / 1000
        low, high = self._settings.processing_delay_min, self._settings.processing_delay_max
        return (low + (high - low) * _share(f"delay {object_id}")) / 1000
