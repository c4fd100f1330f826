"""The OpenAPI document against the running gateway: what it allows and what it forbids, in thousands of generated requests."""

from collections import Counter

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import checks
from schemathesis.specs.openapi import checks as conformance

from infra.openapi.__main__ import FILE
from tests.e2e.client import CREDENTIALS

CASES_EACH = 60
CASES_AT_LEAST = 2000
CHECKS = [
    checks.not_a_server_error,
    conformance.status_code_conformance,
    conformance.content_type_conformance,
    conformance.response_headers_conformance,
    conformance.response_schema_conformance,
    conformance.negative_data_rejection,
    conformance.unsupported_method,
]
NOWHERE = "http://127.0.0.1:9/hook"

# After its key was rotated, the merchant of the other tests would have another.
schema = schemathesis.openapi.from_path(FILE).exclude(operation_id="rotate_key")
asked = Counter()


@pytest.fixture(scope="module")
def known(client):
    """Path parameter -> an object that exists, so that not every generated request ends in 404."""
    payment = client.paid(100_000_000)
    endpoint = client.post("/api/v1/webhook-endpoints", {"url": NOWHERE}).json()
    yield {
        "order_id": payment["order_id"],
        "payment_id": payment["id"],
        "refund_id": client.refunded(payment["id"], 1)["id"],
        "endpoint_id": endpoint["id"],
        "webhook_id": client.post(f"/api/v1/webhook-endpoints/{endpoint['id']}/test").json()["id"],
    }
    client.ask("DELETE", f"/api/v1/webhook-endpoints/{endpoint['id']}")


@pytest.mark.slow
@schema.parametrize()
@settings(max_examples=CASES_EACH, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_answer_is_a_documented_one(case, client, known):
    name = case.operation.definition.raw["operationId"]
    asked[name] += 1
    if asked[name] % 2:
        _make_real(case, client, known)

    case.call_and_validate(base_url=client.url, headers=CREDENTIALS, checks=CHECKS)


def _make_real(case, client, known):
    """Names objects that exist in every second request; DELETE may not, or there is nothing left to ask for."""
    if case.path_parameters and case.method != "DELETE":
        case.path_parameters = {name: known[name] for name in case.path_parameters}
    if isinstance(case.body, dict) and isinstance(case.body.get("order_id"), str):
        case.body["order_id"] = client.order()["id"]


@pytest.mark.slow
def test_that_were_thousands_of_requests():
    assert asked.total() >= CASES_AT_LEAST
