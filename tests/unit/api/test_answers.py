from dataclasses import replace

import pytest

from chalicelib.api import answers, limits
from chalicelib.config import settings
from chalicelib.domain.errors import TooManyRequests, Unavailable
from chalicelib.services.operations import health
from tests.unit.api.asking import JSON, error, raising


def test_what_nobody_expected_is_a_500_that_tells_nothing(ask, monkeypatch):
    monkeypatch.setattr(health, "check", raising(ZeroDivisionError("secret_test_xyz789")))

    response = ask("GET", "/health")

    assert error(response, 500)["code"] == "SERVER_ERROR"
    assert b"secret" not in response.body
    assert b"Zero" not in response.body


def test_a_dependency_that_does_not_answer_is_a_503(ask, monkeypatch):
    monkeypatch.setattr(health, "check", raising(Unavailable("The queue did not answer")))

    assert error(ask("GET", "/health"), 503)["description"] == "The queue did not answer"


def test_too_many_requests_are_a_429_that_says_when_to_come_back(ask, monkeypatch):
    monkeypatch.setattr(limits, "check", raising(TooManyRequests(7)))

    response = ask("GET", "/health")

    assert error(response, 429)["code"] == "RATE_LIMIT_ERROR"
    assert response.headers["Retry-After"] == "7"


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("POST", "/api/v1/orders", {"Content-Type": "text/plain"}, 415),
        ("DELETE", "/api/v1/orders", JSON, 405),
        ("PUT", "/health", JSON, 405),
    ],
)
def test_what_chalice_refuses_by_itself_has_our_shape(ask, method, path, headers, status):
    response = ask(method, path, headers=headers)

    assert error(response, status)["code"] == "BAD_REQUEST_ERROR"
    assert ("Allow" in response.headers) == (status == 405)


@pytest.mark.parametrize("path", ["/health", "/api/v1/orders"])
def test_no_answer_is_kept_or_read_as_another_type(ask, path, monkeypatch):
    there = replace(settings(), stage="local")
    monkeypatch.setattr(answers, "settings", lambda: there)
    headers = ask("GET", path).headers
    assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
    assert "Strict-Transport-Security" not in headers


def test_a_stage_that_speaks_https_only_says_so(ask, monkeypatch):
    there = replace(settings(), stage="prod")
    monkeypatch.setattr(answers, "settings", lambda: there)
    assert ask("GET", "/api/v1/orders").headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_401_says_how_to_authenticate(ask):
    response = ask("GET", "/api/v1/orders")

    assert error(response, 401)
    assert response.headers["WWW-Authenticate"] == 'Basic realm="payment-gateway"'
