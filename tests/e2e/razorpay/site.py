"""A shop's server for a browser, and the payer's steps in the window that its page opens."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


class Shop:
    """The shop's server: its page, and what browsers post to it."""

    def __init__(self):
        self.body, self.posted = "", []
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):  # http.server names it so
                self._answer(shop.body)

            def do_POST(self):
                fields = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                shop.posted.append((self.path, {name: value for name, (value,) in fields.items()}))
                self._answer("<title>Thanks</title><h1>Thanks</h1>")

            def _answer(self, text):
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def part(frame, name):
    return frame.locator(f'[data-test-id="{name}"]')


def pay(frame, vpa="success@razorpay"):
    part(frame, "vpa-input").fill(vpa)
    part(frame, "pay-button").click()
