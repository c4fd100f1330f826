"""Decides the outcome of one refund."""

from collections.abc import Mapping

from chalicelib.acquirers.simulated import steering
from chalicelib.api.call import Call
from chalicelib.domain.refunds import RefundStatus
from chalicelib.persistence.refunds import Refund
from chalicelib.sandbox.acts import Act, decide, refuse
from chalicelib.services import views
from chalicelib.services.payments import notifications
from chalicelib.services.refunds import records

# Act to the script that the bank follows. Every edge of domain/refunds.py belongs to one of them.
ACTS: Mapping[str, Mapping[str, str]] = {
    RefundStatus.PENDING: {
        "approve": "refund approve",
        "decline": "refund decline",
        "silence": "refund silence",
    },
    RefundStatus.PROCESSED: {},
    RefundStatus.FAILED: {},
}


def act(refund_id: str, wanted: Act, call: Call) -> object:
    """Performs an act and shows the refund. Raises BadRequest that names the legal acts, NotFound, and Overtaken."""
    refund = records.find(refund_id, call.merchant_id)
    legal = ACTS[RefundStatus(refund.status)]
    if wanted.action not in legal:
        raise refuse(f"A refund that is {refund.status}", wanted.action, legal)
    decide("refund", refund, [Refund.script.set(legal[wanted.action])], Refund.status == refund.status)
    for headers, body in steering.news(refund.id):
        notifications.receive(headers, body, call.request_id)
    return views.refund(records.find(refund_id, call.merchant_id))
