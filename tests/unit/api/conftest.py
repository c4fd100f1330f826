import pytest
from chalice.test import Client

import app
from chalicelib.services.merchants import auth
from chalicelib.services.merchants.credentials import Caller
from tests.unit.api.asking import JSON


@pytest.fixture
def ask():
    http = Client(app.app).http

    def request(method, path, headers=JSON, body=b""):
        return http.request(method, path, headers=headers, body=body)

    return request


@pytest.fixture
def signed_in(monkeypatch):
    monkeypatch.setattr(auth, "by_pair", lambda *_, **__: Caller("m"))
