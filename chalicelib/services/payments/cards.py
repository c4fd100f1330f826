"""Seals cards between acceptance and settlement.

A record holds the ciphertext, and the payment's job holds the key (docs/adr/0011).
"""

import json
from base64 import b64decode, b64encode
from dataclasses import asdict

from chalicelib import vault
from chalicelib.domain import clock
from chalicelib.domain.cards import Card
from chalicelib.domain.payments import CARD_SECONDS
from chalicelib.persistence.cards import SealedCard


class CardGone(Exception):  # not an error: every card ends like this
    """Nobody can open the card with what is left of it.

    The text names the missing part and shows nothing of the card.
    """


def seal(card: Card, payment_id: str) -> tuple[SealedCard, str]:
    """Returns (the record for the creating transaction, Job.card_key).

    The key must not be written to any table. Raises Unavailable.
    """
    sealed, key = vault.seal_card(json.dumps(asdict(card)).encode(), payment_id)
    expires_at = int(clock.now()) + CARD_SECONDS
    return SealedCard(payment_id, sealed=sealed, expires_at=expires_at), b64encode(key).decode()


def is_gone(record: SealedCard | None) -> bool:
    """Returns whether nothing is left to open. An expired row counts as gone: DynamoDB may keep it for days."""
    return record is None or record.expires_at <= clock.now()


def open_card(payment_id: str, record: SealedCard | None, card_key: str) -> Card:
    """Opens the card. Raises CardGone, or Unavailable when KMS fails."""
    if record is None or is_gone(record):
        raise CardGone("the record is missing or has expired")
    return Card(**json.loads(_unsealed(record.sealed, _key(card_key), payment_id)))


def _key(card_key: str) -> bytes:
    try:
        key = b64decode(card_key, validate=True)
    except ValueError:
        raise CardGone("the message's key is no base64") from None
    if len(key) <= vault.SALT_BYTES:
        raise CardGone("the message has no key, or a part of one")
    return key


def _unsealed(sealed: bytes, key: bytes, payment_id: str) -> bytes:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415  # a UPI payment need not wait for it

    try:
        return vault.unseal_card(sealed, key, payment_id)
    except (vault.UnknownDataKey, InvalidTag, ValueError):  # the last: a record too short for a nonce
        raise CardGone("the message's key does not fit the record") from None
