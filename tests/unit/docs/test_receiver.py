"""The receiver of docs/examples refuses what is not signed, whatever it is, and goes on."""

import hashlib
import hmac
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest

from infra.local.ports import any_free_port

RECEIVER = Path(__file__).parents[3] / "docs" / "examples" / "receiver.py"
BODY = b'{"event":"payment.success","data":{"payment":{"id":"pay_1","status":"success"}}}'


@pytest.fixture
def receiver():
    port = any_free_port()
    with subprocess.Popen([sys.executable, RECEIVER, str(port), "s"], stdout=subprocess.PIPE, text=True) as process:
        yield process, port
        process.terminate()


def post(port, body, headers, address="127.0.0.1"):
    for _ in range(100):
        connection = HTTPConnection(address, port, timeout=5)
        try:
            connection.request("POST", "/", body, headers)
        except ConnectionRefusedError:
            time.sleep(0.05)
            continue
        status = connection.getresponse().status
        connection.close()
        return status
    raise AssertionError("the receiver did not start")


def test_a_missing_a_strange_and_a_right_signature(receiver):
    process, port = receiver
    genuine = hmac.new(b"s", BODY, hashlib.sha256).hexdigest()
    headers = [{}, {"X-Webhook-Signature": b"\xe9"}, {"X-Webhook-Signature": genuine}]
    assert [post(port, BODY, each) for each in headers] == [400, 400, 200]
    assert post(port, b"no JSON", {}) == 400
    process.terminate()
    assert process.stdout.read().splitlines() == [
        "SIGNATURE WRONG",
        "SIGNATURE WRONG",
        "payment.success pay_1 success signature ok",
        "SIGNATURE WRONG",
    ]


def test_an_address_before_the_port_is_the_only_one_that_is_listened_on():
    port = any_free_port()
    with subprocess.Popen([sys.executable, RECEIVER, f"127.0.0.2:{port}", "s"]) as process:
        assert post(port, BODY, {}, "127.0.0.2") == 400
        with pytest.raises(ConnectionRefusedError):
            HTTPConnection("127.0.0.1", port, timeout=5).connect()
        process.terminate()
