import pytest
from chalice.local import LambdaEventConverter, RouteMatcher

import app
from chalicelib.services.operations import health
from tests.unit.api.asking import error


def test_a_body_above_the_limit_is_413(ask, signed_in):
    body = b'{"amount": 100, "x": "%s"}' % (b"x" * 1024 * 1024)

    assert error(ask("POST", "/api/v1/orders", body=body), 413)["code"] == "BAD_REQUEST_ERROR"


@pytest.mark.parametrize("given", ["trace-1", "a" * 64])
def test_a_sane_request_id_is_kept(ask, monkeypatch, given):
    monkeypatch.setattr(health, "check", lambda: {"status": "healthy"})

    assert ask("GET", "/health", headers={"X-Request-Id": given}).headers["X-Request-Id"] == given


@pytest.mark.parametrize("given", ["", "a" * 65, "a b"])
def test_a_request_without_a_sane_id_has_api_gateways_which_is_in_its_access_log(monkeypatch, given):
    monkeypatch.setattr(health, "check", lambda: {"status": "healthy"})
    event = LambdaEventConverter(RouteMatcher(["/health"])).create_lambda_event(
        method="GET", path="/health", headers={"x-request-id": given}
    )
    event["requestContext"]["requestId"] = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"

    assert app.app(event, None)["headers"]["X-Request-Id"] == "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
