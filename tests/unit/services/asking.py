"""Requests over the whole application, without HTTP, as this key pair or that session."""

import json
from typing import Any

from chalice.test import Client

import app
from chalicelib.services.merchants.credentials import Pair


def ask(method: str, path: str, headers: dict[str, str], body: Any = None) -> tuple[int, Any]:
    """path: without /api/v1."""
    sent = json.dumps(body).encode() if body is not None else b""
    headers = {"Content-Type": "application/json", **headers}
    response = Client(app.app).http.request(method, f"/api/v1{path}", headers=headers, body=sent)
    return response.status_code, json.loads(response.body)


def by_pair(pair: Pair) -> dict[str, str]:
    return {"X-Api-Key": pair.key, "X-Api-Secret": pair.secret}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def new_key(headers: dict[str, str], **wanted: Any) -> Pair:
    status, body = ask("POST", "/keys", headers, wanted)
    assert status == 201, body
    return Pair(body["api_key"], body["api_secret"])
