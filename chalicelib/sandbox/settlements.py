"""Settles a merchant now, and decides what the bank does with a settlement."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import uuid4

from msgspec import Meta, Struct

from chalicelib import queues
from chalicelib.acquirers.transfers.simulated import PAID, SCRIPTS
from chalicelib.api.call import Call
from chalicelib.domain.settlements import SettlementStatus
from chalicelib.persistence.settlements import Settlement
from chalicelib.sandbox.acts import Act, decide, refuse
from chalicelib.services.books.settlements import making, records
from chalicelib.services.books.settlements.making import Run

ACTS: Mapping[str, tuple[str, ...]] = {
    SettlementStatus.CREATED: SCRIPTS,
    SettlementStatus.PROCESSED: (),
    SettlementStatus.RETURNED: (),
}


class SettleNow(Struct, frozen=True):
    """outcome: what the bank does with the transfers. pending: pays out money that has not matured, too."""

    outcome: Annotated[str, Meta(pattern=f"^({'|'.join(SCRIPTS)})$", examples=[*SCRIPTS])] = PAID
    pending: bool = False


def settle(merchant_id: str, wanted: SettleNow, request_id: str) -> dict[str, Any]:
    """Makes a settlement of each currency with money, and shows them.

    A worker that gets no message finds each settlement by its deadline, so the messages may follow the commits.
    """
    made = making.settle(Run(merchant_id, uuid4().hex, wanted.outcome, early=wanted.pending))
    queues.send(*(wake for each in made for wake in making.jobs_of(each, request_id)))
    return {"data": [records.shown(each) for each in made]}


def act(settlement_id: str, wanted: Act, call: Call) -> object:
    """Performs an act and shows the settlement. Raises BadRequest that names the legal acts, NotFound, and Overtaken."""
    made = records.find(settlement_id, call.merchant_id)
    legal = ACTS[made.status]
    if wanted.action not in legal:
        raise refuse(f"A settlement that is {made.status}", wanted.action, legal)
    # Without inquiries the worker asks when its message comes. The old deadline remains for a message that is lost.
    actions = [Settlement.script.set(wanted.action), Settlement.inquiries.remove()]
    decide("settlement", made, actions, Settlement.status == SettlementStatus.CREATED)
    queues.send(*making.jobs_of(made, call.request_id))
    return records.shown(records.find(settlement_id, call.merchant_id))
