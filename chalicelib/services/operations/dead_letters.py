"""Notes jobs that failed five times, shows them to their merchant and sends them back.

The message stays in the dead-letter queue, which no merchant's request reads: the queue is the operator's, it raises
the alarm, and a message may hold a card's key. The merchant sees a record, which the worker writes at the last receive.
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
from chalicelib.persistence.settlements import Settlement
from chalicelib.queues import Job, Message
from chalicelib.telemetry import logger

MODELS: dict[str, tuple[type[Payment | Order | Refund | Settlement | Delivery], ...]] = {
    queues.PAYMENTS: (Payment, Order),
    queues.REFUNDS: (Refund,),
    queues.SETTLEMENTS: (Settlement,),
    queues.DELIVERIES: (Delivery,),
}
# A dead-letter queue keeps its messages for the same time.
KEPT_SECONDS = 14 * 24 * 3600
# The most letters that one request shows or sends back.
MOST = 500
# The operator's command takes TAKEN messages at a time, hides them meanwhile and waits for more (both in seconds).
TAKEN, HIDDEN_SECONDS, PATIENCE = 50, 30, 2

Letters = Mapping[str, DeadLetter]


def note(dying: Mapping[str, Job]) -> dict[str, DeadLetter]:
    """Writes a record for each message that SQS hands out for the last time, before the message is worked on.

    So a worker that dies with the message leaves the record behind. dying: message id to job. Returns the written
    records by message id. A job whose object has no record is left out, because it has no merchant. Raises Unavailable.
    """
    owners = _owners(dying.values())
    letters = {
        message_id: _letter(owners[work.object_id], message_id, work)
        for message_id, work in dying.items()
        if work.object_id in owners
    }
    for letter in letters.values():
        letter.write()
    return letters


def forget(letters: Letters, finished: Collection[str]) -> None:
    """Deletes the records of messages that were worked off after all.

    A failure is only logged: a job that comes again does no harm.
    """
    try:
        for message_id in letters.keys() & set(finished):
            letters[message_id].remove()
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
    """Returns the queue that a merchant sees.

    Merchants do not know the slow lane, and a job sent back starts in the first lane.
    """
    return queues.DELIVERIES if name == queues.DELIVERIES_SLOW else name


def _owners(jobs: Collection[Job]) -> dict[str, str]:
    """Returns the merchant id by object id, for the objects that have records."""
    wanted = {(model, work.object_id) for work in jobs for model in MODELS[_shown_queue(work.queue)]}
    by_model = {model: sorted(key for kind, key in wanted if kind is model) for model, _ in wanted}
    found = (record for model, keys in by_model.items() for record in model.find_many(keys).values())
    return {record.id: record.merchant_id for record in found}


def show(merchant_id: str) -> dict[str, Any]:
    """Lists the merchant's dead letters, at most MOST."""
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
    """Sends a new job for each of the merchant's dead letters, then deletes the letter's record.

    The old message stays in the dead-letter queue until the operator sends it back, and then finds its work done. Only
    that message holds a card's key. So a card payment that the bank was not asked about waits for the operator, or for
    its deadline. Raises BadRequest for an unknown queue.
    """
    if name not in MODELS:
        raise BadRequest(f"queue must be one of {', '.join(MODELS)}", field="queue")
    letters = DeadLetter.of_merchant(merchant_id, MOST, name)
    queues.send(*(queues.job(name, letter.object_id, request_id, merchant_id=merchant_id) for letter in letters))
    for letter in letters:
        letter.remove()
    logger.info("dead letters sent back", queue=name, moved=len(letters), merchant_id=merchant_id)
    return {"queue": name, "redriven": len(letters)}


def redrive_all(name: str) -> int:
    """Sends every message of a dead-letter queue back, for the operator. Returns the number of messages."""
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
            DeadLetter(owners[work.object_id], letter_id(_shown_queue(name), message_id)).remove()
