"""Encrypts envelopes: AES-256-GCM under data keys that only KMS can open.

There are two KMS keys: one for the secrets of merchants, one for cards. An encryption context names the purpose of each
data key, so that a role can be allowed one purpose and be refused the other. A data key encrypts for DATA_KEY_SECONDS.
So a burst of card payments costs one KMS request and not one each. Clear data keys live only in memory, and leave it
after the same time. The associated data binds a ciphertext to its record, so that it cannot be moved to another record.

A third KMS key encrypts nothing: it computes keys for hashes (DerivedKeys).
"""

import os
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError

from chalicelib import aws
from chalicelib.config import settings
from chalicelib.domain.errors import Unavailable
from chalicelib.telemetry import count

DATA_KEY_SECONDS = 300
MAX_DATA_KEYS = 1024
KEY_BYTES = 32
NONCE_BYTES = 12
SALT_BYTES = 32
_LENGTH = struct.Struct(">H")
# KMS's errors for a wrapped key that is incomplete, belongs to another key, or was wrapped for another purpose.
_NOT_OURS = frozenset({"InvalidCiphertextException", "IncorrectKeyException", "ValidationException"})


class UnknownDataKey(Unavailable):
    """KMS works, and did not wrap these bytes for this purpose. Asking again gives the same answer."""

    def __init__(self) -> None:
        super().__init__("The key service does not know the data key")


class _Memory:
    """Keeps clear data keys by their wrapped form.

    All keys live equally long, so the dict is in the order of their ends.
    """

    def __init__(self) -> None:
        self._keys: dict[bytes, tuple[float, bytes]] = {}
        self._changing = threading.RLock()
        self._sweeper: threading.Timer | None = None

    def __len__(self) -> int:
        return len(self._keys)

    def clear(self) -> None:
        with self._changing:
            self._keys.clear()

    def get(self, wrapped: bytes) -> bytes | None:
        entry = self._keys.get(wrapped)
        return entry[1] if entry and time.monotonic() < entry[0] else None

    def put(self, wrapped: bytes, clear: bytes) -> None:
        with self._changing:
            self._keys.pop(wrapped, None)
            if len(self._keys) >= MAX_DATA_KEYS:
                del self._keys[next(iter(self._keys))]
            self._keys[wrapped] = (time.monotonic() + DATA_KEY_SECONDS, clear)
            self._plan_sweep()

    def sweep(self) -> None:
        """Drops the keys whose time is over. Runs by itself, also in an idle process."""
        with self._changing:
            now = time.monotonic()
            self._keys = {wrapped: entry for wrapped, entry in self._keys.items() if now < entry[0]}
            self._sweeper = None
            self._plan_sweep()

    def _plan_sweep(self) -> None:
        if self._sweeper is None and self._keys:
            first_end = next(iter(self._keys.values()))[0]
            self._sweeper = threading.Timer(max(0.0, first_end - time.monotonic()), self.sweep)
            self._sweeper.daemon = True
            self._sweeper.start()


class DataKeys:
    """Provides the data keys of one purpose, wrapped by the KMS key alias/{stack}{suffix}."""

    def __init__(self, purpose: str, suffix: str) -> None:
        self._context = {"purpose": purpose}
        self._suffix = suffix
        self._renewing = threading.Lock()
        self._memory = _Memory()
        self._encrypting, self._encrypts_until = b"", 0.0

    def forget(self) -> None:
        """Drops every key from memory, so that the next use asks KMS, as in a new process."""
        self._memory.clear()
        self._encrypts_until = 0.0

    def current(self) -> tuple[bytes, bytes]:
        """Returns (wrapped, clear) of the key that encrypts now. Raises Unavailable."""
        with self._renewing:
            clear = self._memory.get(self._encrypting) if time.monotonic() < self._encrypts_until else None
            if clear is None:
                self._encrypting, clear = self._generate()
                self._encrypts_until = time.monotonic() + DATA_KEY_SECONDS
                self._memory.put(self._encrypting, clear)
            return self._encrypting, clear

    def opened(self, wrapped: bytes) -> bytes:
        """Returns the clear data key. Raises UnknownDataKey, or Unavailable when KMS fails or refuses."""
        clear = self._memory.get(wrapped)
        if clear is None:
            clear = self._decrypt(wrapped)
            self._memory.put(wrapped, clear)
        return clear

    def _generate(self) -> tuple[bytes, bytes]:
        alias = f"alias/{settings().stack_name}{self._suffix}"
        with _counting_failures():
            answer = aws.client("kms").generate_data_key(
                KeyId=alias, KeySpec="AES_256", EncryptionContext=self._context
            )
        return answer["CiphertextBlob"], answer["Plaintext"]

    def _decrypt(self, wrapped: bytes) -> bytes:
        """Asks KMS to open a key, without naming a KMS key.

        Restored records may need an older key, and the role decides which keys may be used.
        """
        try:
            with _counting_failures():
                answer = aws.client("kms").decrypt(CiphertextBlob=wrapped, EncryptionContext=self._context)
        except Unavailable as error:
            if isinstance(error.__cause__, ClientError) and error.__cause__.response["Error"]["Code"] in _NOT_OURS:
                raise UnknownDataKey from error
            raise
        clear: bytes = answer["Plaintext"]
        return clear


@contextmanager
def _counting_failures() -> Iterator[None]:
    """Turns a failure of KMS into Unavailable, and counts it: KMS itself has no metric for throttled calls."""
    try:
        with aws.unavailable_on_failure("key service"):
            yield
    except Unavailable:
        count("KmsFailures")
        raise


class DerivedKeys:
    """Provides keys for hashes, which a KMS key computes from a label. They are equal in every process.

    No record and no message holds them.
    """

    def __init__(self, suffix: str) -> None:
        self._suffix = suffix
        self._memory = _Memory()

    def forget(self) -> None:
        """Drops every key from memory, as DataKeys does."""
        self._memory.clear()

    def key(self, label: str) -> bytes:
        """Returns the key of a label. Raises Unavailable."""
        name = label.encode()
        clear = self._memory.get(name)
        if clear is None:
            alias = f"alias/{settings().stack_name}{self._suffix}"
            with _counting_failures():
                answer = aws.client("kms").generate_mac(KeyId=alias, MacAlgorithm="HMAC_SHA_256", Message=name)
            clear = answer["Mac"]
            self._memory.put(name, clear)
        return clear


SECRETS = DataKeys("secret", "")
CARDS = DataKeys("card", "-cards")
TRIES = DerivedKeys("-tries")


def _encrypt(key: bytes, clear: bytes, belongs_to: str) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  # takes 30 ms; UPI needs none

    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, clear, belongs_to.encode())


def _decrypt(key: bytes, sealed: bytes, belongs_to: str) -> bytes:
    """Decrypts. Raises cryptography's InvalidTag."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  # as above

    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], belongs_to.encode())


def seal(clear: bytes, belongs_to: str) -> bytes:
    """Encrypts a secret for the record with the id belongs_to. The result includes the wrapped data key.

    Raises Unavailable.
    """
    wrapped, key = SECRETS.current()
    return _LENGTH.pack(len(wrapped)) + wrapped + _encrypt(key, clear, belongs_to)


def unseal(sealed: bytes, belongs_to: str) -> bytes:
    """Decrypts a secret.

    Raises cryptography's InvalidTag if it was changed or sealed for another record, or Unavailable.
    """
    (length,) = _LENGTH.unpack_from(sealed)
    wrapped, rest = sealed[_LENGTH.size : _LENGTH.size + length], sealed[_LENGTH.size + length :]
    return _decrypt(SECRETS.opened(wrapped), rest, belongs_to)


def seal_card(clear: bytes, payment_id: str) -> tuple[bytes, bytes]:
    """Returns (the ciphertext for a record, the key for a message). Either one alone is useless. Raises Unavailable.

    The salt goes with the wrapped key: a message opens its own card and no other card under the same data key.
    """
    wrapped, data_key = CARDS.current()
    salt = os.urandom(SALT_BYTES)
    return _encrypt(_card_key(data_key, salt, payment_id), clear, payment_id), salt + wrapped


def unseal_card(sealed: bytes, key: bytes, payment_id: str) -> bytes:
    """Decrypts a card.

    Raises UnknownDataKey, cryptography's InvalidTag if one part is changed or another payment's, or Unavailable.
    """
    salt, wrapped = key[:SALT_BYTES], key[SALT_BYTES:]
    return _decrypt(_card_key(CARDS.opened(wrapped), salt, payment_id), sealed, payment_id)


def _card_key(data_key: bytes, salt: bytes, payment_id: str) -> bytes:
    """Returns a key of this card's own, by HKDF (RFC 5869). Without the random, secret salt nobody can compute it."""
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415  # as above
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    return HKDF(SHA256(), KEY_BYTES, salt, info=b"card " + payment_id.encode()).derive(data_key)
