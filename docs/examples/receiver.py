"""A webhook receiver in the standard library: prints each event and whether its signature is right.

Usage: python3 receiver.py PORT SECRET
"""

import hashlib
import hmac
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

try:
    _, port, secret = sys.argv
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


ThreadingHTTPServer(("127.0.0.1", int(port)), Receiver).serve_forever()
