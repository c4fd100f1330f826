"""The OpenAPI document against the running gateway: what it allows and what it forbids, in thousands of generated requests."""

from collections import Counter
from datetime import UTC, datetime

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import checks
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi import checks as conformance

from infra.openapi.__main__ import FILE
from tests.e2e import elsewhere
from tests.e2e.client import CREDENTIALS, KEY, made
from tests.e2e.test_sessions import EMAIL, PASSWORD

CASES_EACH = 30
SECONDS = 60  # for one answer: LocalStack starts a function on demand, and more than ten seconds were seen
CHECKS = [
    checks.not_a_server_error,
    conformance.status_code_conformance,
    conformance.content_type_conformance,
    conformance.response_headers_conformance,
    conformance.response_schema_conformance,
    conformance.negative_data_rejection,
    conformance.unsupported_method,
]
NOWHERE, NEW = "http://127.0.0.1:9/hook", "http://127.0.0.1:9/new"
AMOUNT = 100_000_000
TODAY = datetime.now(UTC).date().isoformat()

# After its key was rotated, the merchant of the other tests would have another.
schema = schemathesis.openapi.from_path(FILE).exclude(operation_id="rotate_key")
schema.config.generation.update(with_security_parameters=False)  # generated ones would stand in for ours
asked, turns, accepted = Counter(), Counter(), Counter()

# What a generator cannot know. Of the body, by operation; what else was generated for it stays.
BY_UPI = {"method": "upi", "vpa": "success@upi", "card": None}
BODIES = {
    "create_order": {"currency": "INR"},
    "create_payment": BY_UPI,
    "create_public_payment": {**BY_UPI, "key": KEY},
    "capture_payment": {"amount": AMOUNT},
    "create_refund": {"amount": 1},
    "verify_signature": {"endpoint_id": None},
    "create_endpoint": {"url": NEW},
    "change_endpoint": {"url": NOWHERE, "enabled": True},
    "replay_endpoint": {"from": TODAY, "to": None},
    "redrive_dead_letters": {"queue": "payments"},
    "set_webhook": {"webhook_url": NOWHERE},
    "create_key": {"name": "generated", "scopes": ["orders:read"]},
    "change_key": {"scopes": ["orders:read"]},
    "contest_dispute": {"evidence": {"summary": "Delivered on 3 May"}},
    "resend_event": {"endpoint_id": None},
    "sign_in": {"email": EMAIL, "password": PASSWORD},
}
QUERY = {"from": TODAY, "to": TODAY, "cursor": "", "currency": "INR", "key": KEY}


def _new_order(case, client):
    case.body["order_id"] = client.order()["id"]


def _room_for_one_more(_case, client):
    for endpoint in client.get("/api/v1/webhook-endpoints").json()["data"]:
        if endpoint["url"] == NEW:
            client.ask("DELETE", f"/api/v1/webhook-endpoints/{endpoint['id']}")


def _one_to_delete(case, client):
    _room_for_one_more(case, client)
    case.path_parameters["endpoint_id"] = made(client.post("/api/v1/webhook-endpoints", {"url": NEW}))["id"]


def _room_for_one_more_key(_case, client):
    for key in client.get("/api/v1/keys").json()["data"]:
        if not key["primary"]:
            client.ask("DELETE", f"/api/v1/keys/{key['id']}")


def _a_key(case, client):
    _room_for_one_more_key(case, client)
    case.path_parameters["key_id"] = made(client.post("/api/v1/keys", {}))["id"]


def _an_authorised_one(case, client):
    case.path_parameters["payment_id"] = client.paid(AMOUNT)["id"]


def _one_to_cancel(case, client):
    case.path_parameters["order_id"] = client.order()["id"]


def _one_to_answer(case, client):
    case.path_parameters["dispute_id"] = client.disputed(client.captured()["id"])["id"]


def _a_receiver(_case, client):
    client.ask("PUT", "/api/v1/merchants/webhook", {"webhook_url": NOWHERE})


PREPARED = {
    "test_webhook": _a_receiver,
    "cancel_order": _one_to_cancel,
    "void_payment": _an_authorised_one,
    "accept_dispute": _one_to_answer,
    "contest_dispute": _one_to_answer,
    "create_payment": _new_order,
    "create_public_payment": _new_order,
    "create_endpoint": _room_for_one_more,
    "delete_endpoint": _one_to_delete,
    "capture_payment": _an_authorised_one,
    "create_key": _room_for_one_more_key,
    "change_key": _a_key,
    "revoke_key": _a_key,
}


@pytest.fixture(scope="module")
def fitting(client):
    """The checks that can hold where the gateway runs."""
    unfit = conformance.unsupported_method if elsewhere.answers_methods_itself(client.url) else None
    return [check for check in CHECKS if check is not unfit]


@pytest.fixture(scope="module")
def known(client):
    """Parameter -> an object that exists, so that not every generated request ends in 404."""
    payment = client.paid(AMOUNT)
    endpoint = made(client.post("/api/v1/webhook-endpoints", {"url": NOWHERE}))
    dispute = client.disputed(client.captured()["id"])
    client.ask("PUT", "/api/v1/merchants/webhook", {"webhook_url": NOWHERE})
    yield {
        "order_id": payment["order_id"],
        "payment_id": payment["id"],
        "refund_id": client.refunded(payment["id"], 1)["id"],
        "dispute_id": dispute["id"],
        "settlement_id": client.settlement()["id"],
        "event_id": client.get(f"/api/v1/events?object_id={payment['id']}").json()["data"][0]["id"],
        "endpoint_id": endpoint["id"],
        "webhook_id": client.post(f"/api/v1/webhook-endpoints/{endpoint['id']}/test").json()["id"],
    }
    client.ask("PUT", "/api/v1/merchants/webhook", {"webhook_url": None})
    _room_for_one_more(None, client)
    _room_for_one_more_key(None, client)
    client.ask("DELETE", f"/api/v1/webhook-endpoints/{endpoint['id']}")
    assert [name for name in asked if not accepted[name]] == [], "no request of these was ever accepted"


@pytest.mark.slow
@schema.parametrize()
@settings(max_examples=CASES_EACH, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_answer_is_a_documented_one(case, client, known, fitting):
    name = case.operation.definition.raw["operationId"]
    turn = name, case.meta.generation.mode  # the modes may alternate: every second request of all would be of one mode
    asked[name] += 1
    turns[turn] += 1
    if turns[turn] % 2 or name == "test_webhook":  # without parameters and body there is no wrong request
        _make_real(name, case, client, known)

    # PHP writes an empty object as []. The gateway takes it, although the document does not offer it.
    held = [check for check in fitting if case.body != [] or check is not conformance.negative_data_rejection]
    answer = case.call_and_validate(base_url=client.url, headers=CREDENTIALS, checks=held, timeout=SECONDS)
    # Generated, too: methods that the path does not have. A preflight is accepted everywhere.
    accepted[name] += answer.status_code < 300 and case.method.upper() == case.operation.method.upper()


def _make_real(name, case, client, known):
    """Every second request names objects that exist, and if nothing else is wrong with it, it is right."""
    path = case.meta.components.get(ParameterLocation.PATH)
    if path and path.mode.is_positive and case.method != "DELETE":  # or there would soon be nothing left to ask for
        case.path_parameters = {name: known.get(name, value) for name, value in case.path_parameters.items()}
    if not case.meta.generation.mode.is_positive:
        return
    case.query = {name: (known | QUERY).get(name, value) for name, value in (case.query or {}).items()}
    if name in BODIES:
        case.body = (case.body if isinstance(case.body, dict) else {}) | BODIES[name]
    if name in PREPARED:
        PREPARED[name](case, client)
