from typing import Any

from chalicelib.api.call import Call
from chalicelib.api.paging import list_query, moment
from chalicelib.api.routing import Routes
from chalicelib.api.schemas import EndpointChange, NewEndpoint, Redrive, Replay, SignatureQuestion
from chalicelib.domain.lists import EARLIEST, LATEST
from chalicelib.domain.scopes import Scope
from chalicelib.domain.webhooks import ALL_EVENTS, DeliveryStatus
from chalicelib.services import lists, views
from chalicelib.services.merchants import accounts
from chalicelib.services.operations import dead_letters
from chalicelib.services.webhooks import endpoints, log
from chalicelib.services.webhooks.endpoints import Change
from chalicelib.telemetry import logger

routes = Routes(__name__)


@routes.on(
    "GET",
    "/api/v1/webhooks",
    scope=Scope.WEBHOOKS_READ,
    filters={"status": tuple(DeliveryStatus), "event": ALL_EVENTS, "endpoint_id": (), "object_id": ()},
)
def list_webhooks(call: Call) -> Any:
    return lists.list_deliveries(list_query(call))


@routes.on("GET", "/api/v1/webhooks/{webhook_id}", scope=Scope.WEBHOOKS_READ)
def get_webhook(call: Call, webhook_id: str) -> Any:
    return log.show(call.merchant_id, webhook_id)


@routes.on("POST", "/api/v1/webhooks/verify", scope=Scope.WEBHOOKS_READ, body=SignatureQuestion)
def verify_signature(call: Call, question: SignatureQuestion) -> Any:
    from chalicelib.services.webhooks import verification  # noqa: PLC0415  # rarely used; no cold start should wait for it

    return verification.verify(call.merchant_id, question.body, question.headers, question.endpoint_id)


@routes.on("POST", "/api/v1/webhooks/{webhook_id}/retry", scope=Scope.WEBHOOKS_WRITE)
def retry_webhook(call: Call, webhook_id: str) -> Any:
    return log.retry(call.merchant_id, webhook_id, call.request_id)


@routes.on("GET", "/api/v1/webhook-endpoints", scope=Scope.WEBHOOKS_READ)
def list_endpoints(call: Call) -> Any:
    rows = [views.endpoint(endpoint) for endpoint in endpoints.visible(call.merchant_id)]
    return {
        "data": rows,
        "total": len(rows),
        "limit": endpoints.MAX_ENDPOINTS,
        "offset": 0,
        "next_cursor": None,
    }


@routes.on("POST", "/api/v1/webhook-endpoints", scope=Scope.WEBHOOKS_WRITE, body=NewEndpoint)
def create_endpoint(call: Call, wanted: NewEndpoint) -> Any:
    endpoint = endpoints.create(
        call.merchant_id, wanted.url.strip(), wanted.events, wanted.format, enabled=wanted.enabled
    )
    return 201, views.endpoint_with_secret(endpoint, endpoints.secrets(endpoint)[0])


@routes.on("GET", "/api/v1/webhook-endpoints/{endpoint_id}", scope=Scope.WEBHOOKS_READ)
def get_endpoint(call: Call, endpoint_id: str) -> Any:
    return views.endpoint(endpoints.find(call.merchant_id, endpoint_id))


@routes.on("PATCH", "/api/v1/webhook-endpoints/{endpoint_id}", scope=Scope.WEBHOOKS_WRITE, body=EndpointChange)
def change_endpoint(call: Call, endpoint_id: str, change: EndpointChange) -> Any:
    events = None if change.events is None else [str(event) for event in change.events]
    url = None if change.url is None else change.url.strip()
    wanted = Change(url, events, change.enabled, change.format)
    return views.endpoint(endpoints.change(call.merchant_id, endpoint_id, wanted))


@routes.on("DELETE", "/api/v1/webhook-endpoints/{endpoint_id}", scope=Scope.WEBHOOKS_WRITE)
def delete_endpoint(call: Call, endpoint_id: str) -> Any:
    endpoints.delete(accounts.find(call.merchant_id), endpoint_id)
    return {"id": endpoint_id, "deleted": True}


@routes.on("POST", "/api/v1/webhook-endpoints/{endpoint_id}/rotate-secret", scope=Scope.WEBHOOKS_WRITE)
def rotate_endpoint_secret(call: Call, endpoint_id: str) -> Any:
    return views.endpoint_with_secret(*endpoints.rotate_secret(call.merchant_id, endpoint_id))


@routes.on("POST", "/api/v1/webhook-endpoints/{endpoint_id}/reveal-secret", scope=Scope.WEBHOOKS_WRITE)
def reveal_endpoint_secret(call: Call, endpoint_id: str) -> Any:
    endpoint = endpoints.find(call.merchant_id, endpoint_id)
    logger.info("webhook secret revealed", merchant_id=call.merchant_id, endpoint_id=endpoint_id)
    return {"id": endpoint.id, "secret": endpoints.secrets(endpoint)[0]}


@routes.on("POST", "/api/v1/webhook-endpoints/{endpoint_id}/test", scope=Scope.WEBHOOKS_WRITE)
def test_endpoint(call: Call, endpoint_id: str) -> Any:
    return endpoints.send_test(endpoints.find(call.merchant_id, endpoint_id), call.request_id)


@routes.on("POST", "/api/v1/webhook-endpoints/{endpoint_id}/replay", scope=Scope.WEBHOOKS_WRITE, body=Replay)
def replay_endpoint(call: Call, endpoint_id: str, replay: Replay) -> Any:
    start, end = moment(replay.start, "from", EARLIEST), moment(replay.end, "to", LATEST)
    return log.replay(call.merchant_id, endpoint_id, start, end, call.request_id)


@routes.on("GET", "/api/v1/dead-letters", scope=Scope.WEBHOOKS_READ)
def list_dead_letters(call: Call) -> Any:
    return dead_letters.show(call.merchant_id)


@routes.on("POST", "/api/v1/dead-letters/redrive", scope=Scope.WEBHOOKS_WRITE, body=Redrive)
def redrive_dead_letters(call: Call, redrive: Redrive) -> Any:
    return dead_letters.redrive(call.merchant_id, redrive.queue, call.request_id)
