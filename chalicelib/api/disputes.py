from typing import Any

from chalicelib.api.call import Call
from chalicelib.api.paging import list_query
from chalicelib.api.routing import Routes
from chalicelib.api.schemas import Contest, Nothing
from chalicelib.domain.disputes import DisputeStatus
from chalicelib.domain.scopes import Scope
from chalicelib.services import lists, views
from chalicelib.services.disputes import answering, records

routes = Routes(__name__)


@routes.on(
    "GET", "/api/v1/disputes", scope=Scope.DISPUTES_READ, filters={"status": tuple(DisputeStatus), "payment_id": ()}
)
def list_disputes(call: Call) -> Any:
    return lists.list_disputes(list_query(call))


@routes.on("GET", "/api/v1/disputes/{dispute_id}", scope=Scope.DISPUTES_READ)
def get_dispute(call: Call, dispute_id: str) -> Any:
    return views.dispute(records.find(dispute_id, call.merchant_id))


@routes.on("POST", "/api/v1/disputes/{dispute_id}/accept", scope=Scope.DISPUTES_WRITE)
def accept_dispute(call: Call, dispute_id: str) -> Any:
    return answering.accept(call.merchant_id, dispute_id, call.once(Nothing()), call.request_id)


@routes.on("POST", "/api/v1/disputes/{dispute_id}/contest", scope=Scope.DISPUTES_WRITE, body=Contest)
def contest_dispute(call: Call, dispute_id: str, contest: Contest) -> Any:
    once = call.once(contest)
    return answering.contest(call.merchant_id, dispute_id, contest.evidence, once, call.request_id)
