import pytest

from chalicelib.domain.declines import DECLINES, merchant_text, payer_text


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("PAYMENT_FAILED", "Payment processing failed"),
        ("CARD_DECLINED", "The card was declined"),
        ("INSUFFICIENT_FUNDS", "The card has insufficient funds"),
        ("LOST_CARD", "The card was reported lost"),
        ("CARD_EXPIRED", "The card has expired"),
        ("INCORRECT_CVC", "The security code is incorrect"),
        ("PROCESSING_ERROR", "The card network could not process the payment"),
        ("REFUND_FAILED", "The bank refused the refund"),
    ],
)
def test_what_a_merchant_reads_of_the_codes_that_were_there_first_has_not_changed(code, sentence):
    assert merchant_text(code) == sentence


def test_a_payer_never_learns_that_a_card_was_reported_lost():
    assert payer_text("LOST_CARD") == payer_text("CARD_DECLINED")
    assert "lost" not in payer_text("LOST_CARD").lower()


def test_an_unknown_code_reads_as_a_failed_payment():
    assert payer_text("57") == merchant_text("57") == "Payment processing failed"


def test_every_code_has_both_sentences():
    assert all(texts.payer and texts.merchant for texts in DECLINES.values())
