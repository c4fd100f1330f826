"""The vault on moto's KMS: which key it asks, how often, and how long it remembers the answer."""

import time

import pytest
from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidTag

from chalicelib import aws, vault
from chalicelib.domain.errors import Unavailable
from tests.support.cold import forget_data_keys
from tests.support.emulated import STACK_NAME
from tests.support.mocked import aws_in_this_process
from tests.support.waiting import until


@pytest.fixture(scope="module")
def keys():
    with aws_in_this_process():
        yield


@pytest.fixture
def asked(keys):
    """What KMS is asked: (operation, parameters). Nothing is remembered from an earlier test."""
    forget_data_keys()
    requests = []

    def note(params, model, **_):
        requests.append((model.name, dict(params)))

    events = aws.client("kms").meta.events
    events.register("provide-client-params.kms", note)
    yield requests
    events.unregister("provide-client-params.kms", note)


@pytest.fixture
def monotonic(monkeypatch):
    """Call it with seconds to let them pass."""
    now = [1000.0]
    monkeypatch.setattr(vault.time, "monotonic", lambda: now[0])

    def advance(seconds):
        now[0] += seconds

    return advance


def kept(keys):
    return len(keys._memory)


def decrypt(wrapped, purpose):
    return aws.client("kms").decrypt(CiphertextBlob=wrapped, EncryptionContext={"purpose": purpose})["Plaintext"]


def test_secrets_and_cards_lie_under_keys_of_their_own_and_name_their_purpose(asked):
    vault.seal(b"secret", "key_1")
    vault.seal_card(b"card", "pay_1")
    assert asked == [
        ("GenerateDataKey", {"KeyId": alias, "KeySpec": "AES_256", "EncryptionContext": {"purpose": purpose}})
        for alias, purpose in ((f"alias/{STACK_NAME}", "secret"), (f"alias/{STACK_NAME}-cards", "card"))
    ]


def test_a_data_key_opens_only_for_the_purpose_it_was_made_for(asked):
    wrapped, clear = vault.CARDS.current()
    assert decrypt(wrapped, "card") == clear
    with pytest.raises(ClientError, match="InvalidCiphertext"):
        decrypt(wrapped, "secret")
    with pytest.raises(vault.UnknownDataKey):
        vault.SECRETS.opened(wrapped)


def test_a_hundred_cards_cost_one_request_to_seal_and_one_to_open(asked):
    sealed = [vault.seal_card(b"card", f"pay_{n}") for n in range(100)]
    vault.CARDS.forget()
    for n, (ciphertext, key) in enumerate(sealed):
        assert vault.unseal_card(ciphertext, key, f"pay_{n}") == b"card"
    assert [operation for operation, _ in asked] == ["GenerateDataKey", "Decrypt"]


def test_the_key_that_encrypts_is_another_one_after_five_minutes(asked, monotonic):
    first, _ = vault.CARDS.current()
    monotonic(vault.DATA_KEY_SECONDS - 1)
    assert vault.CARDS.current()[0] == first
    monotonic(1)
    assert vault.CARDS.current()[0] != first


def test_an_old_key_that_is_opened_again_does_not_encrypt_again(asked, monotonic):
    first, _ = vault.SECRETS.current()
    monotonic(vault.DATA_KEY_SECONDS)
    vault.SECRETS.opened(first)
    assert vault.SECRETS.current()[0] != first


def test_an_opened_key_is_asked_for_again_after_five_minutes(asked, monotonic):
    sealed = vault.seal(b"secret", "key_1")
    vault.SECRETS.forget()
    for seconds in (0, vault.DATA_KEY_SECONDS - 1, 1):
        monotonic(seconds)
        assert vault.unseal(sealed, "key_1") == b"secret"
    assert [operation for operation, _ in asked] == ["GenerateDataKey", "Decrypt", "Decrypt"]


def test_keys_leave_memory_when_their_time_is_over(asked, monotonic):
    vault.CARDS.current()
    monotonic(vault.DATA_KEY_SECONDS)
    vault.CARDS._memory.sweep()
    assert kept(vault.CARDS) == 0


def test_keys_leave_memory_by_themselves_in_a_process_that_does_nothing_more(asked, monkeypatch):
    monkeypatch.setattr(vault, "DATA_KEY_SECONDS", 0.2)
    keys = vault.DataKeys("card", "-cards")
    wrapped, _ = keys.current()
    keys.opened(wrapped)
    assert kept(keys) == 1
    until(lambda: kept(keys) == 0, seconds=5, every=0.05)


def test_memory_holds_so_many_keys_and_drops_the_oldest(monkeypatch):
    monkeypatch.setattr(vault, "MAX_DATA_KEYS", 2)
    memory = vault._Memory()
    for name in (b"a", b"b", b"a", b"c"):
        memory.put(name, name)
    assert [memory.get(name) for name in (b"a", b"b", b"c")] == [b"a", None, b"c"]
    memory.clear()


def test_a_key_service_that_refuses_is_unavailable_and_is_asked_again(asked, monkeypatch):
    sealed, key = vault.seal_card(b"card", "pay_1")
    vault.CARDS.forget()

    def refuse(**_):
        raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "Decrypt")

    with monkeypatch.context() as patch:
        patch.setattr(aws.client("kms"), "decrypt", refuse)
        with pytest.raises(Unavailable) as raised:
            vault.unseal_card(sealed, key, "pay_1")
    assert type(raised.value) is Unavailable
    assert vault.unseal_card(sealed, key, "pay_1") == b"card"


def test_a_card_opens_with_its_own_key_only_though_both_lie_under_one_data_key(asked):
    (mine, my_key), (other, other_key) = (vault.seal_card(b"card", "pay_1") for _ in range(2))
    assert my_key[vault.SALT_BYTES :] == other_key[vault.SALT_BYTES :]
    assert vault.unseal_card(mine, my_key, "pay_1") == b"card"
    for sealed, key, payment_id in ((mine, other_key, "pay_1"), (other, my_key, "pay_1"), (mine, my_key, "pay_2")):
        with pytest.raises(InvalidTag):
            vault.unseal_card(sealed, key, payment_id)


def test_the_clock_of_the_vault_is_not_the_wall_clock(asked, monkeypatch):
    first, _ = vault.CARDS.current()
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert vault.CARDS.current()[0] == first


def test_a_derived_key_is_the_same_for_every_process_and_another_for_another_label(asked):
    first = vault.TRIES.key("window 1")
    assert vault.TRIES.key("window 1") == first
    assert [(name, params["KeyId"]) for name, params in asked] == [("GenerateMac", f"alias/{STACK_NAME}-tries")]
    forget_data_keys()
    assert vault.TRIES.key("window 1") == first
    assert vault.TRIES.key("window 2") != first
    assert len(first) == vault.KEY_BYTES


def test_a_derived_key_leaves_memory_as_data_keys_do(asked, monotonic):
    vault.TRIES.key("window 1")
    monotonic(vault.DATA_KEY_SECONDS)
    vault.TRIES.key("window 1")
    assert len(asked) == 2


def test_a_call_that_kms_refuses_is_counted(keys, monkeypatch, capsys):
    forget_data_keys()
    with pytest.raises(Unavailable):
        vault.DerivedKeys("-missing").key("label")
    assert '"KmsFailures":[1.0]' in capsys.readouterr().out
