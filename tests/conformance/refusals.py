"""What a bank must not do: believe anyone, undo what is done, keep a caller waiting, raise, or show a card."""

import contextlib
import io
import logging
import time
import traceback
from collections.abc import Iterator

import pytest

from chalicelib.acquirers.base import Answer, Approved, Charge, Declined, InvalidNotification, NotFound, Unknown
from chalicelib.domain.declines import DECLINES
from tests.conformance.harness import Arrived, Behaviour, Harness
from tests.conformance.kit import TIMEOUT, checks, dispute, held, instruction
from tests.support.banks import inquiry

CHECKS, check = checks()
SHORT = 0.4  # seconds, where the bank hangs
LATITUDE = 0.5  # a busy machine must not be taken for a bank that keeps its caller


def _forgeries(headers: dict[str, str], body: bytes) -> Iterator[Arrived]:
    yield headers, body.replace(b"pay_of_somebody", b"pay_of_another1")
    yield headers, body + b" "
    yield headers, b""
    yield {}, body
    for name, value in headers.items():
        yield {**headers, name: value[:-1] + ("0" if value[-1:] != "0" else "1")}, body


@check
def forged_and_altered_notifications_are_refused(harness: Harness) -> None:
    for arrived in (harness.sign("pay_of_somebody"), harness.sign_dispute(dispute())):
        for each in _forgeries(*arrived):
            with pytest.raises(InvalidNotification):
                harness.bank.read_notification(*each)


@check
def an_old_notification_is_refused(harness: Harness) -> None:
    for arrived in (harness.sign("pay_1", age=3600), harness.sign_dispute(dispute(), age=3600)):
        with pytest.raises(InvalidNotification):
            harness.bank.read_notification(*arrived)


@check
def released_money_is_not_captured(harness: Harness) -> None:
    charge = held(harness)
    assert isinstance(harness.bank.void(instruction(charge), TIMEOUT), Approved)
    assert isinstance(harness.bank.capture(instruction(charge), TIMEOUT), Declined)


@check
def captured_money_is_not_released(harness: Harness) -> None:
    charge = held(harness)
    assert isinstance(harness.bank.capture(instruction(charge), TIMEOUT), Approved)
    assert isinstance(harness.bank.void(instruction(charge), TIMEOUT), Declined)


@check
def what_the_payer_refused_is_not_captured(harness: Harness) -> None:
    charge = harness.charge(Behaviour.CHALLENGE)
    harness.bank.start(charge, TIMEOUT)
    harness.payer(charge, consents=False)
    assert isinstance(harness.bank.capture(instruction(charge), TIMEOUT), Declined)


@check
def a_bank_that_hangs_keeps_nobody_longer_than_the_timeout(harness: Harness) -> None:
    charge = harness.charge(Behaviour.HANG)
    for ask in (lambda: harness.bank.start(charge, SHORT), lambda: harness.bank.inquire(inquiry(charge), SHORT)):
        began = time.monotonic()
        assert isinstance(ask(), Unknown)
        assert time.monotonic() - began < SHORT + LATITUDE


def _every_call(harness: Harness, charge: Charge) -> Iterator[Answer]:
    yield harness.bank.start(charge, SHORT)
    yield harness.bank.inquire(inquiry(charge), SHORT)
    yield harness.bank.capture(instruction(charge), SHORT)
    yield harness.bank.void(instruction(charge), SHORT)
    yield harness.bank.refund(harness.refund(charge.payment_id, accepted=True), SHORT)


@check
def a_network_that_fails_raises_nothing_and_decides_nothing(harness: Harness) -> None:
    charge = harness.charge(Behaviour.CHALLENGE)
    with harness.no_network():
        answers = list(_every_call(harness, charge))
    assert not [answer for answer in answers if isinstance(answer, Declined | NotFound)]


@check
def declines_have_codes_of_the_gateway(harness: Harness) -> None:
    declined = harness.charge(Behaviour.DECLINE)
    cancelled = harness.card_charge(Behaviour.CHALLENGE)
    harness.bank.start(cancelled, TIMEOUT)
    harness.payer(cancelled, consents=False)
    answers = (harness.bank.start(declined, TIMEOUT), harness.bank.inquire(inquiry(cancelled), TIMEOUT))
    assert {answer.code for answer in answers if isinstance(answer, Declined)} <= DECLINES.keys()


@contextlib.contextmanager
def _everything_said() -> Iterator[io.StringIO]:
    """What is logged or printed, and the whole of an exception."""
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    handler.setLevel(logging.DEBUG)
    logging.getLogger().addHandler(handler)
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            yield said
    except Exception as error:  # noqa: BLE001  # that it raised is another check's concern
        said.write("".join(traceback.format_exception(error)))
        said.write(repr(error))
    finally:
        logging.getLogger().removeHandler(handler)


@check
def no_card_number_is_shown_logged_or_raised(harness: Harness) -> None:
    with _everything_said() as said:
        for behaviour in (Behaviour.APPROVE, Behaviour.DECLINE, Behaviour.CHALLENGE):
            charge = harness.card_charge(behaviour)
            assert charge.card is not None
            said.write(repr(charge) + repr(harness.bank.start(charge, TIMEOUT)) + repr(harness.bank))
        with harness.no_network():
            said.write(repr(list(_every_call(harness, harness.card_charge(Behaviour.CHALLENGE)))))
    card = harness.card_charge(Behaviour.APPROVE).card
    assert card is not None
    assert card.number not in said.getvalue()
    assert card.number[:-4] not in said.getvalue()
