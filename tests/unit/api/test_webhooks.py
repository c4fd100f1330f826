"""Webhook URLs as they are pasted."""

import json

import pytest
from chalice.test import Client

import app
from chalicelib.domain.errors import Unavailable
from chalicelib.services.merchants import accounts, auth
from chalicelib.services.merchants.credentials import Caller
from chalicelib.services.webhooks import endpoints

URL = "https://shop.example/hook"
HEADERS = {"Content-Type": "application/json", "X-Api-Key": "k", "X-Api-Secret": "s"}


@pytest.fixture
def noted(monkeypatch):
    """The URLs that reach the service, which then has enough."""
    urls = []

    def note(find_url):
        def noting(*arguments, **_):
            urls.append(find_url(arguments))
            raise Unavailable("enough seen")

        return noting

    monkeypatch.setattr(auth, "by_pair", lambda *_, **__: Caller("m"))
    monkeypatch.setattr(accounts, "find", lambda *_: None)
    monkeypatch.setattr(endpoints, "create", note(lambda arguments: arguments[1]))
    monkeypatch.setattr(endpoints, "change", note(lambda arguments: arguments[2].url))
    monkeypatch.setattr(endpoints, "set_primary_url", note(lambda arguments: arguments[1]))
    return urls


@pytest.mark.parametrize("pasted", [URL, f"{URL} ", f" {URL}", f"\t{URL}\r\n", f"{URL}\u00a0"])
@pytest.mark.parametrize(
    ("method", "path", "field"),
    [
        ("POST", "/webhook-endpoints", "url"),
        ("PATCH", "/webhook-endpoints/we_1", "url"),
        ("PUT", "/merchants/webhook", "webhook_url"),
    ],
)
def test_blanks_around_a_url_are_no_part_of_it(noted, method, path, field, pasted):
    Client(app.app).http.request(method, f"/api/v1{path}", headers=HEADERS, body=json.dumps({field: pasted}).encode())
    assert noted == [URL]


@pytest.mark.parametrize("nothing", ["", " ", None])
def test_a_blank_url_clears_it_like_none(noted, nothing):
    body = json.dumps({"webhook_url": nothing}).encode()
    Client(app.app).http.request("PUT", "/api/v1/merchants/webhook", headers=HEADERS, body=body)
    assert noted == [None]
