"""Envelope encryption: AES-256-GCM under data keys that only KMS can open.

A data key encrypts for DATA_KEY_SECONDS, then a new one is asked for, so that a burst of card payments costs one KMS
request and not one each. Clear data keys live in memory only, the sealed key travels with what it encrypted, and the
associated data binds a ciphertext to its record: it cannot be moved to another.
"""

import os
import struct
import threading
import time
from functools import lru_cache

from chalicelib import aws
from chalicelib.config import settings

DATA_KEY_SECONDS = 300
NONCE_BYTES = 12
_LENGTH = struct.Struct(">H")

_renewing = threading.Lock()
_current: tuple[float, bytes, bytes] | None = None


def _alias() -> str:
    return f"alias/{settings().stack_name}"


def _data_key() -> tuple[bytes, bytes]:
    """(sealed, clear)."""
    global _current  # noqa: PLW0603  # one key for the process, renewed under the lock
    with _renewing:
        if _current is None or _current[0] < time.monotonic():
            with aws.unavailable_on_failure("key service"):
                answer = aws.client("kms").generate_data_key(KeyId=_alias(), KeySpec="AES_256")
            _current = (time.monotonic() + DATA_KEY_SECONDS, answer["CiphertextBlob"], answer["Plaintext"])
        return _current[1], _current[2]


@lru_cache(maxsize=256)
def _open_data_key(sealed: bytes) -> bytes:
    with aws.unavailable_on_failure("key service"):
        clear: bytes = aws.client("kms").decrypt(CiphertextBlob=sealed)["Plaintext"]
    return clear


def seal(clear: bytes, belongs_to: str) -> bytes:
    """For the record with the id belongs_to. Raises Unavailable."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  # 30 ms that a UPI payment need not wait for

    sealed_key, key = _data_key()
    nonce = os.urandom(NONCE_BYTES)
    ciphertext = AESGCM(key).encrypt(nonce, clear, belongs_to.encode())
    return _LENGTH.pack(len(sealed_key)) + sealed_key + nonce + ciphertext


def unseal(sealed: bytes, belongs_to: str) -> bytes:
    """Raises cryptography's InvalidTag if it was sealed for another record or changed, or Unavailable."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  # as above

    (length,) = _LENGTH.unpack_from(sealed)
    sealed_key, rest = sealed[_LENGTH.size : _LENGTH.size + length], sealed[_LENGTH.size + length :]
    key = _open_data_key(sealed_key)
    return AESGCM(key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], belongs_to.encode())
