"""Copies of all tables, and all rights on the KMS keys, open no card: neither after its settlement nor before."""

import re
from base64 import b64decode, b64encode

import pytest
from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from chalicelib import aws, queues, vault
from chalicelib.domain import clock
from chalicelib.domain.cards import Card
from chalicelib.domain.payments import CARD_SECONDS
from chalicelib.persistence.cards import SealedCard
from chalicelib.persistence.transactions import Transaction
from chalicelib.services.payments import cards
from chalicelib.services.payments.cards import CardGone
from infra.deployment import template
from tests.support.cold import forget_data_keys
from tests.support.emulated import STACK_NAME

CARD = Card("5104060000000008", 11, 2032, "7391", "Cassiopeia Featherstonehaugh", "mastercard")
TYPED = {"number": "5104060000000008", "holder_name": "Cassiopeia Featherstonehaugh"}
MINE, OTHER = "pay_copied", "pay_other"
PURPOSES = ("card", "secret")
WRAPPED = re.compile(rb"[0-9a-f-]{36}.{80}", re.DOTALL)  # MiniStack's form: the key's id, and 80 bytes


@pytest.fixture
def pending(emulator):
    """The API's part: a card in its row, and the text for the message, which no test keeps longer than it needs it."""
    forget_data_keys()
    record, key = cards.seal(CARD, MINE)
    transaction = Transaction()
    transaction.put("card", record, SealedCard.id.does_not_exist())
    transaction.commit()
    yield key
    settle(MINE)


def settle(payment_id):
    """The worker's part. The acknowledged message is gone from the queue."""
    transaction = Transaction()
    transaction.delete("card", SealedCard(payment_id))
    transaction.commit()
    forget_data_keys()


def copies():
    """Every item of every table, as a backup has them."""
    tables = template.load()["Resources"].values()
    names = [item["Properties"]["TableName"] for item in tables if item["Type"] == "AWS::DynamoDB::Table"]
    scan = aws.client("dynamodb").get_paginator("scan")
    return {
        name: [item for page in scan.paginate(TableName=name) for item in page["Items"]]
        for name in (template.physical_name(name, STACK_NAME) for name in names)
    }


def leaves(value):
    """Each text and each run of bytes in an item."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from leaves(part)
    elif isinstance(value, bytes | str):
        yield value if isinstance(value, bytes) else value.encode()


def found_keys(copied):
    """What KMS makes of anything in the copies that could be a wrapped data key, as it is, in base64 or inside others."""
    for leaf in {leaf for items in copied.values() for item in items for leaf in leaves(item)}:
        for candidate in [leaf, *decoded(leaf), *WRAPPED.findall(leaf)]:
            for purpose in PURPOSES:
                try:
                    answer = aws.client("kms").decrypt(CiphertextBlob=candidate, EncryptionContext={"purpose": purpose})
                except ClientError:
                    continue
                yield answer["Plaintext"]


def decoded(leaf):
    try:
        raw = b64decode(leaf, validate=True)
    except ValueError:
        return []
    return [raw, raw[vault.SALT_BYTES :]]


def card_rows(copied):
    return {row["id"]["S"]: row["sealed"]["B"] for row in copied[f"{STACK_NAME}-cards"]}


def opens(sealed, keys, salts, payment_id=MINE):
    """Whether any of the keys, alone or with any of the salts, opens the ciphertext for its payment."""
    derived = [card_key(key, salt, payment_id) for key in keys for salt in salts]
    return any(decrypts(sealed, key, payment_id) for key in [*keys, *derived])


def card_key(data_key, salt, payment_id):
    return HKDF(SHA256(), 32, salt, info=b"card " + payment_id.encode()).derive(data_key)


def decrypts(sealed, key, payment_id):
    try:
        AESGCM(key).decrypt(sealed[: vault.NONCE_BYTES], sealed[vault.NONCE_BYTES :], payment_id.encode())
    except (InvalidTag, ValueError):
        return False
    return True


def slices(sealed):
    """Each 32 bytes of the row itself: the salt might lie there."""
    return [sealed[start : start + vault.SALT_BYTES] for start in range(len(sealed) - vault.SALT_BYTES + 1)]


def data_key(message_key):
    """In clear, as whoever has all rights on the keys gets it from a message."""
    wrapped = b64decode(message_key)[vault.SALT_BYTES :]
    return aws.client("kms").decrypt(CiphertextBlob=wrapped, EncryptionContext={"purpose": "card"})["Plaintext"]


def waiting_key(workers, payment_id):
    """The card's key in the message that waits for the worker, where it stays."""
    found = workers.sqs.receive_message(QueueUrl=queues.url("payments"), MaxNumberOfMessages=10, VisibilityTimeout=0)
    jobs = [queues.decode(message["Body"]) for message in found["Messages"]]
    (key,) = (job.card_key for job in jobs if job.object_id == payment_id and job.card_key)
    return key


def test_the_attack_of_these_tests_opens_a_card_whose_message_it_has(pending):
    key = b64decode(pending)
    salt, wrapped = key[: vault.SALT_BYTES], key[vault.SALT_BYTES :]
    sealed = card_rows(copies())[MINE]
    clear = aws.client("kms").decrypt(CiphertextBlob=wrapped, EncryptionContext={"purpose": "card"})["Plaintext"]
    assert opens(sealed, [clear], [salt])


def test_the_attack_of_these_tests_finds_the_data_keys_that_do_lie_in_tables(emulator):
    forget_data_keys()
    wrapped, clear = vault.CARDS.current()
    inside = {"B": b"\0\x74" + wrapped + b"\0" * 40}
    text = {"S": b64encode(bytes(vault.SALT_BYTES) + wrapped).decode()}
    for item in ({"x": {"B": wrapped}}, {"x": {"M": {"y": inside}}}, {"x": {"L": [text]}}):
        assert clear in set(found_keys({"table": [item]}))


def test_no_copy_of_the_tables_opens_a_card_while_it_is_pending(pending):
    copied = copies()
    sealed = card_rows(copied)[MINE]
    keys = list(found_keys(copied))
    assert keys  # the merchants' secrets carry theirs
    assert not opens(sealed, keys, slices(sealed))


def test_no_copy_of_the_tables_opens_a_card_after_its_settlement(pending):
    copied = copies()
    sealed = card_rows(copied)[MINE]
    settle(MINE)
    after = copies()
    assert MINE not in card_rows(after)
    assert not opens(sealed, list(found_keys(copied)) + list(found_keys(after)), slices(sealed))


def test_nothing_in_any_table_shows_the_card_or_the_messages_key(pending):
    stored = [leaf for items in copies().values() for item in items for leaf in leaves(item)]
    shown = [CARD.number, f'"{CARD.cvv}"', CARD.holder_name, pending]
    for needle in [*map(str.encode, shown), b64decode(pending)[vault.SALT_BYTES :]]:
        assert not [leaf for leaf in stored if needle in leaf]


def test_the_message_of_another_card_under_the_same_data_key_opens_no_copy(pending):
    """Such as a dead letter, which lies in its queue for 14 days."""
    _, other_key = cards.seal(CARD, OTHER)
    raw = b64decode(other_key)
    salt, wrapped = raw[: vault.SALT_BYTES], raw[vault.SALT_BYTES :]
    assert wrapped == b64decode(pending)[vault.SALT_BYTES :]
    sealed = card_rows(copies())[MINE]
    settle(MINE)
    clear = aws.client("kms").decrypt(CiphertextBlob=wrapped, EncryptionContext={"purpose": "card"})["Plaintext"]
    assert not opens(sealed, [clear], [salt, *slices(sealed)])
    with pytest.raises(CardGone, match="does not fit"):
        cards.open_card(MINE, SealedCard(MINE, sealed=sealed, expires_at=2**40), other_key)


def test_a_message_that_stays_behind_opens_nothing_once_the_row_is_gone(pending):
    settle(MINE)
    with pytest.raises(CardGone, match="record"):
        cards.open_card(MINE, SealedCard.find(MINE), pending)


def test_the_worker_opens_a_pending_card_and_a_row_moved_to_another_payment_does_not_open(pending):
    forget_data_keys()
    record = SealedCard.find(MINE)
    assert cards.open_card(MINE, record, pending) == CARD
    with pytest.raises(CardGone, match="does not fit"):
        cards.open_card(OTHER, record, pending)


def test_the_card_key_gives_no_data_key_to_who_asks_with_the_secrets_purpose(pending):
    wrapped = b64decode(pending)[vault.SALT_BYTES :]
    for context in ({}, {"purpose": "secret"}, {"purpose": "card", "more": "x"}):
        with pytest.raises(ClientError, match="InvalidCiphertext"):
            aws.client("kms").decrypt(CiphertextBlob=wrapped, EncryptionContext=context)


def test_copies_of_all_tables_made_while_a_card_is_pending_open_nothing_once_its_payment_has_settled(
    shop, workers, drain
):
    """Through the API and the worker. The attacker has the copies, all rights on the keys, and another card's message."""
    forget_data_keys()
    payment_id, other = (shop.pay_by_card(shop.order()["id"], **TYPED)["id"] for _ in range(2))
    copied = copies()
    sealed = card_rows(copied)[payment_id]
    key, others_key = waiting_key(workers, payment_id), waiting_key(workers, other)

    drain()
    assert shop.get(f"/payments/{payment_id}")["status"] == "success"
    after = copies()

    assert payment_id not in card_rows(after)
    keys = [*found_keys(copied), *found_keys(after), data_key(others_key)]
    assert data_key(key) in keys, "both cards are sealed under one data key, and still"
    assert not opens(sealed, keys, [*slices(sealed), b64decode(others_key)[: vault.SALT_BYTES]], payment_id)
    stored = [leaf for each in (copied, after) for items in each.values() for item in items for leaf in leaves(item)]
    for needle in (TYPED["number"], TYPED["holder_name"], key):
        assert not [leaf for leaf in stored if needle.encode() in leaf]
    with pytest.raises(CardGone, match="record"):
        cards.open_card(payment_id, SealedCard.find(payment_id), key)


def test_the_row_of_a_card_that_nobody_deletes_opens_no_more_after_an_hour(shop, drain, monkeypatch):
    payment_id = shop.pay_by_card(shop.order()["id"])["id"]
    record = SealedCard.find(payment_id)
    assert 0 < record.expires_at - clock.now() <= CARD_SECONDS
    monkeypatch.setattr(clock, "source", lambda: record.expires_at)
    with pytest.raises(CardGone, match="expired"):
        cards.open_card(payment_id, record, "AAAA")


def test_the_stack_has_two_keys_and_the_rows_of_cards_expire(emulator):
    aliases = {alias["AliasName"]: alias["TargetKeyId"] for alias in aws.client("kms").list_aliases()["Aliases"]}
    assert aliases[f"alias/{STACK_NAME}"] != aliases[f"alias/{STACK_NAME}-cards"]
    described = aws.client("dynamodb").describe_time_to_live(TableName=f"{STACK_NAME}-cards")
    assert described["TimeToLiveDescription"]["AttributeName"] == "expires_at"
