"""Explains why a payment or refund failed, in the gateway's own codes.

Adapters translate each bank's codes into these.
"""

from typing import NamedTuple

PAYMENT_FAILED = "PAYMENT_FAILED"


class Sentences(NamedTuple):
    """payer: the sentence for a stranger at the checkout. merchant: the whole reason."""

    payer: str
    merchant: str


_ANOTHER_CARD = "The card was declined. Please use another card or method."

DECLINES = {
    PAYMENT_FAILED: Sentences("Payment processing failed", "Payment processing failed"),
    "PAYMENT_DECLINED": Sentences("Your bank declined the payment.", "The payer's bank declined the payment"),
    "PAYMENT_CANCELLED": Sentences("You cancelled the payment.", "The payer cancelled the payment"),
    "PAYMENT_EXPIRED": Sentences(
        "The payment was not completed in time. Please try again.", "Nobody settled the payment in time"
    ),
    "PAYMENT_TIMED_OUT": Sentences(
        "Your bank did not answer in time. Please try again.", "The payer's bank did not answer in time"
    ),
    "AUTHENTICATION_FAILED": Sentences(
        "Your bank could not confirm that it was you.", "The payer's bank could not authenticate the payer"
    ),
    "INSUFFICIENT_FUNDS": Sentences("There is not enough money in the account.", "The card has insufficient funds"),
    "INCORRECT_PIN": Sentences("The PIN is incorrect.", "The payer entered an incorrect PIN"),
    "CARD_DECLINED": Sentences(_ANOTHER_CARD, "The card was declined"),
    # A person who pays with a lost card must not learn that its owner has reported it.
    "LOST_CARD": Sentences(_ANOTHER_CARD, "The card was reported lost"),
    "CARD_EXPIRED": Sentences("The card has expired.", "The card has expired"),
    "CARD_NOT_ENABLED": Sentences(
        "The card is not enabled for payments on the internet. Your bank can enable it.",
        "The card is not enabled for online payments",
    ),
    "CARD_NUMBER_INVALID": Sentences("The card number is invalid.", "The card network does not know the card number"),
    "INCORRECT_CVC": Sentences("The security code is incorrect.", "The security code is incorrect"),
    "PROCESSING_ERROR": Sentences(
        "The payment could not be processed. Please try again.", "The card network could not process the payment"
    ),
    "BANK_TECHNICAL_ERROR": Sentences(
        "Your bank has a technical problem. Please try again later.", "The payer's bank has a technical problem"
    ),
    "CAPTURE_FAILED": Sentences("Payment processing failed", "The bank holds no money that could be captured"),
    "VOID_FAILED": Sentences("Payment processing failed", "The bank holds no money that could be released"),
    "REFUND_FAILED": Sentences("The refund did not succeed.", "The bank refused the refund"),
}


def _sentences(code: str) -> Sentences:
    return DECLINES.get(code, DECLINES[PAYMENT_FAILED])


def payer_text(code: str) -> str:
    """Returns the sentence for the payer. An unknown code reads as PAYMENT_FAILED."""
    return _sentences(code).payer


def merchant_text(code: str) -> str:
    """Returns the whole reason. An unknown code reads as PAYMENT_FAILED."""
    return _sentences(code).merchant
