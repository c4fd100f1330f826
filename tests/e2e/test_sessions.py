"""Who may come in, and how often one may guess."""

import pytest
from requests.adapters import HTTPAdapter

from tests.e2e.client import CREDENTIALS, KEY, Client
from tests.e2e.test_bad_requests import check

PASSWORD = "password123"
EMAIL = "test@example.com"


def sign_in(client, password=PASSWORD, email=EMAIL):
    return client.anonymous().post("/api/v1/auth/session", {"email": email, "password": password})


class _From(HTTPAdapter):
    def __init__(self, address):
        self.address = address
        super().__init__()

    def init_poolmanager(self, *args, **how):
        super().init_poolmanager(*args, source_address=(self.address, 0), **how)


@pytest.fixture
def caller_at(gateway_url):
    """Makes, of "127.0.0.2", a client with that address, which only a gateway on this machine can tell apart."""
    if not gateway_url.startswith("http://127.0.0.1"):
        pytest.skip("the gateway is elsewhere: this machine has one address there")

    def make(address, credentials):
        client = Client(gateway_url, credentials)
        client.session.mount("http://", _From(address))
        return client

    return make


def test_a_session_comes_in_as_bearer_and_ends_with_signing_out(client):
    session = sign_in(client).json()
    bearer = Client(client.url, {"Authorization": f"Bearer {session['token']}"})

    assert session["merchant"]["email"] == EMAIL
    assert bearer.get("/api/v1/merchants/profile").json()["api_key"] == KEY
    assert bearer.ask("DELETE", "/api/v1/auth/session").json() == {"signed_out": True}
    check(bearer.get("/api/v1/merchants/profile"), 401, "AUTHENTICATION_ERROR")


def test_all_sessions_end_at_once(client):
    bearers = [Client(client.url, {"Authorization": f"Bearer {sign_in(client).json()['token']}"}) for _ in range(2)]

    assert bearers[0].ask("DELETE", "/api/v1/auth/sessions").json() == {"signed_out": True}

    for bearer in bearers:
        check(bearer.get("/api/v1/merchants/profile"), 401, "AUTHENTICATION_ERROR")


def test_a_key_does_what_its_scopes_say_until_it_is_revoked(client):
    pair = client.post("/api/v1/keys", {"name": "Till", "scopes": ["orders:write"]}).json()
    till = Client(client.url, {"X-Api-Key": pair["api_key"], "X-Api-Secret": pair["api_secret"]})

    till.order()
    error = check(till.get("/api/v1/orders"), 403, "AUTHENTICATION_ERROR")
    assert error.description == "This API key does not have the scope orders:read"

    assert client.ask("DELETE", f"/api/v1/keys/{pair['id']}").json() == {"id": pair["id"], "deleted": True}
    check(till.post("/api/v1/orders", {"amount": 100}), 401, "AUTHENTICATION_ERROR")


def test_an_email_is_matched_in_any_case(client):
    assert sign_in(client, email=EMAIL.upper()).status_code == 200


def test_an_unknown_email_and_a_wrong_password_are_told_alike(client):
    errors = [
        check(sign_in(client, *wrong), 401, "AUTHENTICATION_ERROR") for wrong in (("x",), (PASSWORD, "a@b.example"))
    ]

    assert len({error.description for error in errors}) == 1


@pytest.mark.parametrize("email", ["", "é" * 255, "\0"])
def test_no_email_is_too_odd_to_be_unknown(client, email):
    check(sign_in(client, email=email), 401, "AUTHENTICATION_ERROR")


def test_after_fifty_wrong_secrets_a_guesser_waits_while_the_right_pair_comes_in_from_anywhere(caller_at):
    guesser = caller_at("127.0.0.2", CREDENTIALS | {"X-Api-Secret": "wrong"})

    answers = [guesser.get("/api/v1/orders") for _ in range(50)]

    assert answers[0].status_code == 401
    refused = [answer for answer in answers if answer.status_code == 429]  # the last may be of the next minute
    assert refused
    check(refused[0], 429, "RATE_LIMIT_ERROR")
    assert 0 < int(refused[0].headers["Retry-After"]) <= 60
    for address in ("127.0.0.2", "127.0.0.3"):
        assert caller_at(address, CREDENTIALS).get("/api/v1/orders").status_code == 200


def test_after_fifty_wrong_passwords_a_caller_waits_while_others_come_in(caller_at):
    statuses = [sign_in_from(caller_at("127.0.0.4", {}), "wrong").status_code for _ in range(50)]

    assert statuses[0] == 401
    assert 429 in statuses
    assert sign_in_from(caller_at("127.0.0.5", {}), PASSWORD).status_code == 200


def sign_in_from(caller, password):
    return caller.post("/api/v1/auth/session", {"email": EMAIL, "password": password})


def test_requests_without_credentials_are_refused_and_never_throttled(client):
    assert {client.anonymous().get("/api/v1/orders").status_code for _ in range(50)} == {401}


@pytest.mark.parametrize("path", ["/api/v1/admin/merchants"])
def test_making_merchants_over_http_is_off_by_default(client, path):
    check(client.post(path, {"name": "x", "email": "x@y.example"}), 404, "NOT_FOUND_ERROR")
