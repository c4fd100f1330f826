"""Disputes: reading, accepting and contesting them."""

from collections.abc import Callable
from typing import Any

from chalicelib.domain.errors import BadRequest, Reason
from chalicelib.domain.scopes import Scope
from chalicelib.razorpay.asked import Asked
from chalicelib.razorpay.errors import Refusal
from chalicelib.razorpay.router import on
from chalicelib.services import lists
from chalicelib.services.disputes import answering, records
from chalicelib.services.entities import disputes as entities
from chalicelib.services.entities.common import Entity, collection

MAX_SUMMARY = 1000
SUBMIT = "submit"
CLOSED = "Action not allowed when dispute is in {} status."


@on("GET", "/v1/disputes", Scope.DISPUTES_READ)
def list_disputes(asked: Asked) -> Entity:
    return collection([entities.dispute(each) for each in lists.disputes_page(asked.list_query())])


@on("GET", "/v1/disputes/{dispute_id}", Scope.DISPUTES_READ)
def get_dispute(asked: Asked, dispute_id: str) -> Entity:
    return entities.dispute(records.find(dispute_id, asked.merchant_id))


@on("POST", "/v1/disputes/{dispute_id}/accept", Scope.DISPUTES_WRITE)
def accept_dispute(asked: Asked, dispute_id: str) -> Entity:
    return _answered(asked, dispute_id, lambda: answering.accept(asked.merchant_id, dispute_id, None, asked.request_id))


@on("PATCH", "/v1/disputes/{dispute_id}/contest", Scope.DISPUTES_WRITE)
def contest_dispute(asked: Asked, dispute_id: str) -> Entity:
    if asked.body.text("action") != SUBMIT:
        raise Refusal("The action must be submit: drafts of evidence are not kept.", "action")
    evidence = _evidence(asked)
    return _answered(
        asked,
        dispute_id,
        lambda: answering.contest(asked.merchant_id, dispute_id, evidence, None, asked.request_id),
    )


def _evidence(asked: Asked) -> dict[str, Any]:
    body = asked.body
    given: dict[str, Any] = {name: body.tree[name] for name in entities.DOCUMENTS if body.has(name)}
    amount = body.optional_integer("amount")
    summary = body.text("summary", MAX_SUMMARY)
    return given | {name: value for name, value in (("amount", amount), ("summary", summary)) if value is not None}


def _answered(asked: Asked, dispute_id: str, answer: Callable[[], object]) -> Entity:
    try:
        answer()
    except BadRequest as error:
        if error.reason != Reason.DISPUTE_NOT_OPEN:
            raise
        raise Refusal(CLOSED.format(records.find(dispute_id, asked.merchant_id).status)) from None
    return get_dispute(asked, dispute_id)
