"""No card number, CVV, secret or signature is in any file that a whole run has written, its log and its state."""

import os
import re

import pytest

from chalicelib.acquirers.simulated.instruments import TEST_CARDS
from tests.e2e.client import CREDENTIALS, SECRET, Client
from tests.e2e.conftest import listening
from tests.support.gateway import Gateway, started
from tests.support.receiver import Receiver

HOLDER = "Cassiopeia Featherstonehaugh"
CVV = "8391"
AMEX = {"number": "3782 822463 10005", "cvv": CVV, "holder_name": HOLDER}
BAD_LUHN = "4111111111111112"
PASSWORD = "password123"

SHAPES = {
    "a card's code": rb'"?cvv"?\W{1,4}\d',
    "a webhook secret": rb"whsec_[A-Za-z0-9+/]{8}",
    "a signature": rb"v1,[A-Za-z0-9+/]{40}",
    "a session": rb"Bearer [A-Za-z0-9]",
}


def wrong_in_every_way(client):
    """Requests that carry secrets and end in errors, on the way to the log."""
    order = client.order()["id"]
    card = {"number": BAD_LUHN, "expiry_month": "12", "expiry_year": "2040", "cvv": CVV, "holder_name": HOLDER}
    client.post("/api/v1/payments", {"order_id": order, "method": "card", "card": card})
    client.post("/api/v1/payments", {"order_id": order, "method": "card", "card": card | {"number": [AMEX["number"]]}})
    client.post("/api/v1/payments", data=b'{"card": {"number": "4111111111111111", "cvv": "8391"}')
    client.get(f"/api/v1/nowhere/{AMEX['number'].replace(' ', '')}?secret={SECRET}")
    client.post("/api/v1/auth/session", {"email": "test@example.com", "password": f"{PASSWORD}x"})
    Client(client.url, CREDENTIALS | {"X-Api-Secret": f"{SECRET}x"}).get("/api/v1/orders")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """One that ends before its files are read."""
    if "GATEWAY_URL" in os.environ:
        pytest.skip("the files of a gateway that is known by its URL only cannot be read")
    with started(Gateway(tmp_path_factory.mktemp("written"))) as own:
        yield own


@pytest.fixture(scope="module")
def written(run):
    """(file, bytes) of all that the run wrote, and the signatures that it sent."""
    client, server = Client(run.url), Receiver()
    listener = listening(client, server)[1]
    payment = client.pay_by_card(client.order()["id"], **AMEX)
    listener.hears("payment.success", payment["id"])
    client.pay_by_card(client.order()["id"], **AMEX | {"number": "4000000000000002", "cvv": "839"})
    client.post("/api/v1/auth/session", {"email": "test@example.com", "password": PASSWORD})
    client.post("/api/v1/merchants/rotate-key")
    wrong_in_every_way(client)
    run.stop()
    server.close()
    files = [file for file in run.settings.folder.rglob("*") if file.is_file() and file != run.output]
    return {file: file.read_bytes() for file in files}, server.arrivals["/hook"]


def test_the_run_wrote_its_log_and_its_state(written, run):
    files, _ = written
    assert b"payment moved" in files[run.settings.folder / "gateway.log"]
    assert any(b"pay_" in content for file, content in files.items() if "emulator" in file.parts)


def test_no_file_holds_a_card_number_or_its_holder(written):
    spaced = [re.sub(r"(....)", rf"\1{gap}", number) for number in (*TEST_CARDS, BAD_LUHN) for gap in ("", " ", "-")]
    wanted = {text.encode() for text in (*spaced, AMEX["number"], HOLDER)}
    files, _ = written
    assert {(file.name, text) for file, content in files.items() for text in wanted if text in content} == set()


def test_no_file_holds_a_known_secret(written):
    files, _ = written
    for secret in (SECRET, PASSWORD):
        assert [file.name for file, content in files.items() if secret.encode() in content] == []


def test_no_file_holds_a_signature_that_was_sent(written):
    files, arrivals = written
    names = ("X-Webhook-Signature", "webhook-signature")
    sent = {arrival.headers[name].encode() for arrival in arrivals for name in names}
    assert sent
    assert [file.name for file, content in files.items() if any(one in content for one in sent)] == []


@pytest.mark.parametrize("what", SHAPES)
def test_no_log_line_looks_like(written, run, what):
    files, _ = written
    log = files[run.settings.folder / "gateway.log"]
    assert re.findall(rb"[^\n]*" + SHAPES[what] + rb"[^\n]*", log, re.IGNORECASE) == []
