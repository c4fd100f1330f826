"""A card's way from the API to the worker: half of what opens it in a record, half in a message."""

from base64 import b64decode, b64encode

import pytest

from chalicelib import aws, vault
from chalicelib.domain import clock
from chalicelib.domain.cards import Card
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.payments import CARD_SECONDS
from chalicelib.persistence.cards import SealedCard
from chalicelib.services.payments import cards
from chalicelib.services.payments.cards import CardGone
from tests.support.cold import forget_data_keys

CARD = Card("4111111111111111", 12, 2031, "987", "Asha Rao", "visa")
ID = "pay_1"


def opened(record, key, payment_id=ID):
    """As another process opens it."""
    forget_data_keys()
    return cards.open_card(payment_id, record, key)


def flipped(data, index):
    return data[:index] + bytes([data[index] ^ 1]) + data[index + 1 :]


def test_a_card_arrives_as_it_was_sealed(tables):
    record, key = cards.seal(CARD, ID)
    record.write()
    assert opened(SealedCard.find(ID), key) == CARD


def test_neither_half_shows_anything_of_the_card(tables):
    record, key = cards.seal(CARD, ID)
    for text in (record.sealed, b64decode(key)):
        for part in (CARD.number, CARD.cvv, CARD.holder_name):
            assert part.encode() not in text


def test_neither_a_card_nor_its_loss_is_printed_with_its_number(tables):
    record, key = cards.seal(CARD, ID)
    with pytest.raises(CardGone) as raised:
        opened(record, key, "pay_2")
    for text in (repr(CARD), repr(record), repr(raised.value), str(raised.value.__cause__)):
        assert CARD.number not in text
        assert CARD.cvv not in text


def test_a_card_without_a_record_is_gone(tables):
    _, key = cards.seal(CARD, ID)
    with pytest.raises(CardGone, match="record"):
        opened(None, key)


def test_a_card_is_gone_after_an_hour_though_its_row_is_still_there(tables, monkeypatch):
    record, key = cards.seal(CARD, ID)
    start = record.expires_at - CARD_SECONDS
    monkeypatch.setattr(clock, "source", lambda: start + CARD_SECONDS - 1)
    assert opened(record, key) == CARD
    monkeypatch.setattr(clock, "source", lambda: start + CARD_SECONDS)
    with pytest.raises(CardGone, match="expired"):
        opened(record, key)


@pytest.mark.parametrize("key", ["", "no base64", "é", "====", "AAAA", b64encode(bytes(32)).decode()])
def test_a_message_without_a_whole_key_opens_nothing(tables, key):
    record, _ = cards.seal(CARD, ID)
    with pytest.raises(CardGone, match="message"):
        opened(record, key)


@pytest.mark.parametrize("key", [bytes(33), b"\xff" * 5000])
def test_a_key_that_kms_never_wrapped_opens_nothing(tables, key):
    record, _ = cards.seal(CARD, ID)
    with pytest.raises(CardGone, match="does not fit"):
        opened(record, b64encode(key).decode())


def test_a_card_moved_to_another_payment_opens_nothing(tables):
    record, key = cards.seal(CARD, ID)
    moved = SealedCard("pay_2", sealed=record.sealed, expires_at=record.expires_at)
    with pytest.raises(CardGone, match="does not fit"):
        opened(moved, key, "pay_2")


def test_another_salt_or_one_changed_bit_opens_nothing(tables):
    record, text = cards.seal(CARD, ID)
    key, sealed = b64decode(text), record.sealed
    other_salt = bytes(vault.SALT_BYTES) + key[vault.SALT_BYTES :]
    changed = [(sealed, other_salt), (sealed, flipped(key, 0)), (sealed, flipped(key, -1 + len(key)))]
    changed += [(flipped(sealed, index), key) for index in (0, vault.NONCE_BYTES, len(sealed) - 1)]
    changed += [(sealed[:length], key) for length in (1, vault.NONCE_BYTES, len(sealed) - 1)]
    for ciphertext, half in changed:
        with pytest.raises(CardGone, match="does not fit"):
            opened(SealedCard(ID, sealed=ciphertext, expires_at=record.expires_at), b64encode(half).decode())


def test_a_merchants_secret_is_no_card(tables):
    record, key = cards.seal(CARD, ID)
    wrapped, _ = vault.SECRETS.current()
    forged = b64encode(b64decode(key)[: vault.SALT_BYTES] + wrapped).decode()
    with pytest.raises(CardGone, match="does not fit"):
        opened(record, forged)


def test_a_key_service_that_fails_is_unavailable_and_the_card_is_not_gone(tables, monkeypatch):
    record, key = cards.seal(CARD, ID)

    def fail(**_):
        raise aws.BotoCoreError

    with monkeypatch.context() as patch:
        patch.setattr(aws.client("kms"), "decrypt", fail)
        with pytest.raises(Unavailable):
            opened(record, key)
    assert opened(record, key) == CARD
