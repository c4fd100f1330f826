import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import pytest
import urllib3

from infra.bench import rows


class Other(BaseHTTPRequestHandler):
    """Another gateway of this API: every object is made at once, and a payment's webhook leaves at once."""

    protocol_version = "HTTP/1.1"
    numbers, url = count(), ""

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def asked(self):
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}")

    def do_GET(self):
        self.answer(200, {"id": "x"})

    def do_PUT(self):
        Other.url = self.asked()["webhook_url"]
        self.answer(200, {})

    def do_POST(self):
        asked, made = self.asked(), {"id": f"id_{next(self.numbers)}"}
        if "order_id" in asked and self.url:
            event = {"event": "payment.success", "data": {"payment": made}}
            urllib3.request("POST", self.url, json=event)
        self.answer(201, made)


@pytest.fixture
def other():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Other)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_the_rows_of_any_gateway_come_from_its_address_alone(other, monkeypatch):
    for name, value in {"REQUESTS": 4, "ONE_BY_ONE": 2, "CLIENTS": (1, 2)}.items():
        monkeypatch.setattr(rows, name, value)
    found = {name: figures for name, *figures in rows.measure(other)}
    assert list(found) == [
        *(
            f"{what}, {clients} clients"
            for clients in (1, 2)
            for what in ("POST order", "GET order", "POST payment", "GET payment", "list of 10 payments")
        ),
        "burst, request to webhook",
        "idle, request to webhook",
    ]
    assert all(requests and p50 <= p95 for requests, _, p50, p95 in found.values())
