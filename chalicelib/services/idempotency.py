"""Gives one request one effect: the effect's transaction also stores the first answer, so no gap lies between them."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.errors import IdempotencyMismatch
from chalicelib.persistence.idempotency import IdempotencyRecord
from chalicelib.persistence.transactions import Refused, Transaction

KEPT_SECONDS = 24 * 3600
OK, CREATED = 200, 201


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and the exact text of a body, so that a replay is the same byte for byte."""

    status: int
    body: str
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class IdempotentRequest:
    """An Idempotency-Key in its scope (caller, method, path and its parameters), and a fingerprint of the request."""

    record_id: str
    fingerprint: str


def once(scope: tuple[str, ...], key: str, asked: bytes) -> IdempotentRequest | None:
    """Returns the request's identity; None without a key, so that the request is simply performed.

    asked: the request's bytes. Only their hash is kept, so they must not contain what can be guessed from a hash.
    """
    if not key:
        return None
    digest = hashlib.sha256("\n".join((*scope, key)).encode()).hexdigest()
    return IdempotentRequest(digest, hashlib.sha256(asked).hexdigest())


def answer(status: int, view: dict[str, Any]) -> Answer:
    return Answer(status, json.dumps(view, ensure_ascii=False, separators=(",", ":")))


def recorded(request: IdempotentRequest | None) -> Answer | None:
    """Returns the first answer of the last 24 hours, if there is one. Raises IdempotencyMismatch.

    Call it after the read of the record that the request changes. If that read shows the effect of an equal request,
    this read shows the first answer.
    """
    record = IdempotencyRecord.find(request.record_id) if request else None
    if record is None or request is None or record.expires_at <= clock.now():
        return None
    if record.fingerprint != request.fingerprint:
        raise IdempotencyMismatch
    return Answer(int(record.status), record.body, replayed=True)


def commit(transaction: Transaction, request: IdempotentRequest | None, first: Answer) -> Answer:
    """Commits the transaction together with the answer's record.

    Returns the answer of a faster equal request if there is one.
    Raises Refused when another condition of the transaction did not hold.
    """
    if request:
        expires_at = int(clock.now()) + KEPT_SECONDS
        record = IdempotencyRecord(
            request.record_id,
            fingerprint=request.fingerprint,
            status=first.status,
            body=first.body,
            expires_at=expires_at,
        )
        free = IdempotencyRecord.id.does_not_exist() | (IdempotencyRecord.expires_at <= int(clock.now()))
        transaction.put("idempotency", record, free)
    try:
        transaction.commit()
    except Refused:
        winner = recorded(request)
        if winner is None:
            raise
        return winner
    return first
