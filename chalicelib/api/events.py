from typing import Any

from chalicelib.api.call import Call
from chalicelib.api.paging import list_query
from chalicelib.api.routing import Routes
from chalicelib.api.schemas import Resend
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.scopes import Scope
from chalicelib.domain.webhooks import ALL_EVENTS
from chalicelib.services.events import listing, reading, resending

routes = Routes(__name__)


@routes.on(
    "GET",
    "/api/v1/events",
    scope=Scope.EVENTS_READ,
    filters={"type": ALL_EVENTS, "object_id": ()},
    query=("after", "resent"),
)
def list_events(call: Call) -> Any:
    return listing.page(list_query(call), call.query.get("after"), resent=_resent(call))


def _resent(call: Call) -> bool:
    """Reads whether repetitions are wanted. Raises BadRequest."""
    text = call.query.get("resent", "false")
    if text not in {"true", "false"}:
        raise BadRequest("resent must be true or false", field="resent")
    return text == "true"


@routes.on("GET", "/api/v1/events/{event_id}", scope=Scope.EVENTS_READ)
def get_event(call: Call, event_id: str) -> Any:
    return listing.shown(reading.find(call.merchant_id, event_id))


@routes.on("POST", "/api/v1/events/{event_id}/resend", scope=Scope.WEBHOOKS_WRITE, body=Resend)
def resend_event(call: Call, event_id: str, wanted: Resend) -> Any:
    return resending.resend(call.merchant_id, event_id, wanted.endpoint_id, call.request_id)
