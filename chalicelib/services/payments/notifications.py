"""Receives the bank's notifications. A notification is a reason to ask the bank, never a proof.

The worker asks the bank and believes only that answer. So a notification may come twice, in any order with answers, or
before the payment's own answer is recorded. The notice of a dispute is the exception: services/disputes/notices.py.
"""

from collections.abc import Mapping

from chalicelib.acquirers import acquirer
from chalicelib.acquirers.base import DisputeNotice, InvalidNotification
from chalicelib.domain import clock
from chalicelib.domain.errors import AuthenticationFailed
from chalicelib.domain.payments import LIVE, State
from chalicelib.domain.refunds import LIVE as LIVE_REFUND
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.queues import PAYMENTS, REFUNDS, Job, job
from chalicelib.services.disputes import notices
from chalicelib.services.waits import wakeups

# A notification about a failed payment counts, too: the bank may have changed its decision.
OPEN_TO_NEWS = sorted({*LIVE, State.FAILED})


def receive(headers: Mapping[str, str], body: bytes, request_id: str) -> None:
    """Checks a notification and wakes the worker. headers: names in lower case.

    Writes the new deadline first, and sends the message then. If the process dies between the two, the bank gets no
    answer and sends its notification again. Raises AuthenticationFailed if the bank did not sign the notification,
    and BadRequest for the dispute of a payment that cannot be disputed.
    """
    try:
        told = acquirer().read_notification(headers, body)
    except InvalidNotification:
        raise AuthenticationFailed("Invalid bank notification") from None
    if isinstance(told, DisputeNotice):
        notices.receive(told, request_id)
    else:
        wakeups.send(*_wake(told.object_id, request_id))


def _wake(object_id: str, request_id: str) -> list[Job]:
    """Returns the job for the payment or refund; none if the id is unknown or the object awaits no news."""
    now = clock.now()
    if payment := Payment.find(object_id):
        is_open = Payment.state.is_in(*OPEN_TO_NEWS)
        woken = payment.change([Payment.deadline_at.set(now)], is_open)
        return [job(PAYMENTS, object_id, request_id)] if woken else []
    if refund := Refund.find(object_id):
        woken = refund.change([Refund.deadline_at.set(now)], Refund.status.is_in(*sorted(LIVE_REFUND)))
        return [job(REFUNDS, object_id, request_id)] if woken else []
    return []
