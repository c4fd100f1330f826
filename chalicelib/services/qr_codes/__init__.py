"""Makes, finds and closes QR codes, which payers scan and pay by UPI. paying.py takes their payments."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from chalicelib import queues
from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest, Unavailable
from chalicelib.domain.ids import new_id
from chalicelib.domain.lists import ListQuery
from chalicelib.domain.webhooks import SurfaceEvent
from chalicelib.persistence.listing import Listing
from chalicelib.persistence.ownership import owned
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.qr_codes import QrCode
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.queues import PAYMENTS, Job, job_at
from chalicelib.services import customers, jobs
from chalicelib.services.entities.qr_codes import qr_code as shown
from chalicelib.services.events import announcing, telling
from chalicelib.services.waits import wakeups

PREFIX = "qr"
CODES = Listing(QrCode, QrCode.by_merchant)
PAYMENTS_OF_CODE = Listing(Payment, Payment.by_owner)
# The most tries of a step that other steps of the same code overtake.
MOST_TRIES = 5
CLOSED = "QR Code is closed"


class Usage(StrEnum):
    SINGLE = "single_use"
    MULTIPLE = "multiple_use"


class Status(StrEnum):
    ACTIVE = "active"
    CLOSED = "closed"


class CloseReason(StrEnum):
    ON_DEMAND = "on_demand"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a merchant wants of a code. amount: minor units; None lets the payer choose. close_by: Unix seconds."""

    usage: Usage
    amount: int | None = None
    name: str | None = None
    description: str | None = None
    customer_id: str | None = None
    notes: dict[str, str] | None = None
    close_by: float | None = None


def create(merchant_id: str, wish: Wish, request_id: str) -> QrCode:
    """Makes a code, with its deadline. Raises NotFound for an unknown customer."""
    if wish.customer_id is not None:
        customers.find(merchant_id, wish.customer_id)
    made = clock.iso(clock.now())
    code = QrCode(
        new_id(PREFIX),
        merchant_id=merchant_id,
        status=Status.ACTIVE,
        usage=wish.usage,
        fixed_amount=wish.amount is not None,
        payment_amount=wish.amount,
        name=wish.name,
        description=wish.description,
        customer_id=wish.customer_id,
        notes=wish.notes,
        amount_received=0,
        payments_count=0,
        close_by=wish.close_by,
        deadline_at=wish.close_by,
        created_at=made,
        updated_at=made,
    )
    transaction = Transaction()
    work = _tell(transaction, code, SurfaceEvent.QR_CREATED, request_id)
    transaction.put("QR code", code, QrCode.id.does_not_exist())
    if wish.close_by is not None:
        work += wakeups.plan(transaction, job_at(PAYMENTS, code.id, request_id, wish.close_by))
    queues.send(*work)
    transaction.commit()
    return code


def _tell(transaction: Transaction, code: QrCode, event: SurfaceEvent, request_id: str) -> list[Job]:
    return telling.tell(transaction, code, [(event, {"qr_code": shown(code)})], None, request_id)


def find(merchant_id: str, code_id: str) -> QrCode:
    """Reads a code of the merchant. Raises NotFound."""
    code = QrCode.find(code_id) if code_id.startswith(f"{PREFIX}_") else None
    return owned(code, merchant_id, "QR code")


def page(query: ListQuery) -> Sequence[QrCode]:
    """Returns the records of a page of a merchant's codes. Raises BadRequest."""
    return CODES.page(query).rows


def payments_page(query: ListQuery) -> Sequence[Payment]:
    """Returns the records of a page of a code's payments. query.owner: the code's id. Raises BadRequest."""
    return PAYMENTS_OF_CODE.page(query).rows


def set_notes(merchant_id: str, code_id: str, notes: dict[str, str]) -> QrCode:
    """Replaces a code's notes. Raises NotFound."""
    code = find(merchant_id, code_id)
    code.change([QrCode.notes.set(notes), QrCode.updated_at.set(clock.iso(clock.now()))], QrCode.id.exists())
    return code


def close(merchant_id: str, code_id: str, request_id: str) -> QrCode:
    """Closes an active code at once. Raises NotFound, and BadRequest for a closed one."""
    for _ in range(MOST_TRIES):
        code = find(merchant_id, code_id)
        if code.status != Status.ACTIVE:
            raise BadRequest(CLOSED)
        if _close(code, CloseReason.ON_DEMAND, request_id):
            return find(merchant_id, code_id)
    raise Unavailable("The same QR code is being changed by too many requests at once")


def _close(code: QrCode, reason: CloseReason | None, request_id: str) -> bool:
    """Closes a code. Returns False if another step came first: the condition is the rule."""
    unchanged, transaction = as_read(code), Transaction()
    end(code, reason)
    work = _tell(transaction, code, SurfaceEvent.QR_CLOSED, request_id)
    transaction.put("QR code", code, (QrCode.status == Status.ACTIVE) & unchanged)
    queues.send(*work)
    try:
        transaction.commit()
    except Refused:
        return False
    return True


def as_read(code: QrCode) -> Any:
    """Returns the condition of a step that writes the whole record: no event and no new notes since it was read."""
    same = QrCode.notes.does_not_exist() if code.notes is None else QrCode.notes == code.notes
    return announcing.unnumbered(QrCode, code) & same


def end(code: QrCode, reason: CloseReason | None) -> None:
    """Closes a code in memory. reason: None at its deadline, for which the surface has no word."""
    code.status, code.close_reason, code.deadline_at = Status.CLOSED, reason, None
    code.closed_at = code.updated_at = clock.iso(clock.now())


def look(work: Job) -> bool:
    """Closes the code whose deadline the job is. Returns False if SQS has to hand the job out again."""
    code = QrCode.find(work.object_id)
    if code is None:
        jobs.put_off_or_drop([work])
    elif code.status == Status.ACTIVE and code.deadline_at is not None:
        if (early := float(code.deadline_at) - clock.now()) <= 0:
            return _close(code, None, work.request_id)
        wakeups.send(queues.postponed(work, early))
    return True
