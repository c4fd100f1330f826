"""Opens disputes and decides their outcome, as the payer's bank does."""

from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import Meta, Struct

from chalicelib.api.call import Call
from chalicelib.api.schemas import Amount, Text
from chalicelib.domain.disputes import DAY_SECONDS, EDGES, LONGEST_RESPONSE, Cause, DisputeStatus, Phase
from chalicelib.sandbox.acts import Act, refuse
from chalicelib.services import views
from chalicelib.services.disputes import deciding, opening, records
from chalicelib.services.disputes.opening import Claim

OF_BANK = (Cause.WIN, Cause.LOSE, Cause.EXPIRE)
ACTS: Mapping[str, Mapping[str, Cause]] = {
    status: {str(edge.cause): edge.cause for edge in EDGES if edge.source == status and edge.cause in OF_BANK}
    for status in DisputeStatus
}


class NewDispute(Struct, frozen=True):
    """amount: none means all that is left of the payment. respond_within: seconds."""

    payment_id: Text
    amount: Amount | None = None
    reason: Annotated[str, Meta(min_length=1, max_length=255)] = "goods_not_received"
    phase: Phase = Phase.CHARGEBACK
    respond_within: Annotated[int, Meta(ge=1, le=LONGEST_RESPONSE)] = 7 * DAY_SECONDS


def create(wanted: NewDispute, call: Call) -> dict[str, Any]:
    """Opens a dispute and shows it. Raises BadRequest and NotFound."""
    claim = Claim(wanted.amount, wanted.reason, wanted.phase, wanted.respond_within)
    return views.dispute(opening.create(call.merchant_id, wanted.payment_id, claim, call.request_id))


def act(dispute_id: str, wanted: Act, call: Call) -> object:
    """Performs an act and shows the dispute. Raises BadRequest that names the legal acts, and NotFound."""
    dispute = records.find(dispute_id, call.merchant_id)
    legal = ACTS[dispute.status]
    if wanted.action not in legal:
        raise refuse(f"A dispute that is {dispute.status.replace('_', ' ')}", wanted.action, legal)
    return views.dispute(deciding.decide(call.merchant_id, dispute_id, legal[wanted.action], call.request_id))
