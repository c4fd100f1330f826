"""Jobs that failed five times: noting them, showing them to their merchant and sending them back.

The message stays in the dead-letter queue, which no merchant's request reads: it is the operator's, it rings the alarm,
and it may hold a card's key. The merchant's view is a record, which the worker writes at the last receive.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from chalicelib import queues
from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest, Unavailable
from chalicelib.persistence.dead_letters import DeadLetter, letter_id
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.queues import Job, Message
from chalicelib.telemetry import logger

MODELS: dict[str, tuple[type[Payment | Order | Refund | Delivery], ...]] = {
    queues.PAYMENTS: (Payment, Order),
    queues.REFUNDS: (Refund,),
    queues.DELIVERIES: (Delivery,),
}
# As long as a dead-letter queue keeps the message.
KEPT_SECONDS = 14 * 24 * 3600
# What one request shows or sends back.
MOST = 500
# The operator's command takes so many messages at a time, hides them meanwhile and waits for more (seconds).
TAKEN, HIDDEN_SECONDS, PATIENCE = 50, 30, 2

Letters = Mapping[str, DeadLetter]


def note(dying: Mapping[str, Job]) -> dict[str, DeadLetter]:
    """Writes a record for each message that is handed out for the last time, before it is worked on.

    So a worker that dies with it leaves the record behind. dying: message id to job. Returns what was written, by
    message id; a job without a record has no merchant to show it to. Raises Unavailable.
    """
    owners = _owners(dying.values())
    letters = {
        message_id: _letter(owners[work.object_id], message_id, work)
        for message_id, work in dying.items()
        if work.object_id in owners
    }
    for letter in letters.values():
        letter.keep()
    return letters


def forget(letters: Letters, finished: Collection[str]) -> None:
    """Deletes the records of the messages that were worked off after all. A failure is logged: a job too many does no harm."""
    try:
        for message_id in letters.keys() & set(finished):
            letters[message_id].discard()
    except Unavailable:
        logger.exception("could not delete the record of a dead letter")


def _letter(merchant_id: str, message_id: str, work: Job) -> DeadLetter:
    return DeadLetter(
        merchant_id,
        letter_id(_shown_queue(work.queue), message_id),
        object_id=work.object_id,
        received=work.receives,
        sent_at=clock.iso(work.sent_at),
        expires_at=int(clock.now()) + KEPT_SECONDS,
    )


def _shown_queue(name: str) -> str:
    """A merchant knows of no lanes, and what is sent back begins in the first one."""
    return queues.DELIVERIES if name == queues.DELIVERIES_SLOW else name


def _owners(jobs: Collection[Job]) -> dict[str, str]:
    """Object id to merchant id, as far as there are records."""
    wanted = {(model, work.object_id) for work in jobs for model in MODELS[_shown_queue(work.queue)]}
    by_model = {model: sorted(key for kind, key in wanted if kind is model) for model, _ in wanted}
    found = (record for model, keys in by_model.items() for record in model.find_many(keys).values())
    return {record.id: record.merchant_id for record in found}


def show(merchant_id: str) -> dict[str, Any]:
    """The merchant's own, MOST at most."""
    rows = [
        {
            "queue": letter.queue,
            "id": letter.message_id,
            "object_id": letter.object_id,
            "received": int(letter.received),
            "sent_at": letter.sent_at,
        }
        for letter in DeadLetter.of_merchant(merchant_id, MOST)
    ]
    return {"data": rows, "total": len(rows)}


def redrive(merchant_id: str, name: str, request_id: str) -> dict[str, Any]:
    """Sends a new job for each of the merchant's dead letters, then deletes its record. Raises BadRequest for an unknown queue.

    The old message stays where it is until the operator sends it back, too: it finds its work done. A card's key is in
    that message alone, so a card payment that the bank was not asked about waits for the operator, or for its deadline.
    """
    if name not in MODELS:
        raise BadRequest(f"queue must be one of {', '.join(MODELS)}", field="queue")
    letters = DeadLetter.of_merchant(merchant_id, MOST, name)
    queues.send(*(queues.job(name, letter.object_id, request_id, merchant_id=merchant_id) for letter in letters))
    for letter in letters:
        letter.discard()
    logger.info("dead letters sent back", queue=name, moved=len(letters), merchant_id=merchant_id)
    return {"queue": name, "redriven": len(letters)}


def redrive_all(name: str) -> int:
    """For the operator: every message of the dead-letter queue, whosever it is. Returns how many."""
    moved = 0
    while messages := queues.look(f"{name}-dlq", TAKEN, HIDDEN_SECONDS, PATIENCE):
        moved += queues.send_back(name, messages)
        _forget_all(name, messages)
    return moved


def _forget_all(name: str, messages: Sequence[Message]) -> None:
    jobs = {message.id: message.job for message in messages if message.job}
    owners = _owners(jobs.values())
    for message_id, work in jobs.items():
        if work.object_id in owners:
            DeadLetter(owners[work.object_id], letter_id(_shown_queue(name), message_id)).discard()
