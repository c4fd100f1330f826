"""A webhook receiver in the standard library: prints each event and whether its signature is right.

Usage: python3 receiver.py [ADDRESS:]PORT SECRET

Without an address it listens on this machine's loopback and, where Docker's bridge has its usual address, on the bridge:
so containers on Linux reach it, and other machines do not.
"""

import hashlib
import hmac
import json
import sys
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

LOOPBACK, BRIDGE = "127.0.0.1", "172.17.0.1"

try:
    _, place, secret = sys.argv
except ValueError:
    sys.exit(__doc__)


def summary(body: bytes) -> str:
    """Describes a webhook whose signature is right. A body with a wrong signature may be anything."""
    event = json.loads(body)
    subject = event["data"].get("payment") or event["data"].get("refund") or {}
    return f"{event['event']} {subject.get('id', '')} {subject.get('status', '')}"


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        genuine = hmac.compare_digest(expected.encode(), self.headers.get("X-Webhook-Signature", "").encode())
        print(f"{summary(body)} signature ok" if genuine else "SIGNATURE WRONG", flush=True)
        self.send_response(200 if genuine else 400)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Prints nothing of its own."""


def servers() -> list[ThreadingHTTPServer]:
    """Raises OSError if the address, or the loopback, cannot be listened on."""
    address, _, port = place.rpartition(":")
    found = [ThreadingHTTPServer((address or LOOPBACK, int(port)), Receiver)]
    if not address:
        with suppress(OSError):  # no Docker, Docker Desktop, or a bridge with another address
            found.append(ThreadingHTTPServer((BRIDGE, int(port)), Receiver))
    return found


first, *others = servers()
for other in others:
    Thread(target=other.serve_forever, daemon=True).start()
first.serve_forever()
