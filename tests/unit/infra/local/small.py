"""A small Chalice application that shows what reached it, and what tests ask of the edge before it."""

import json
import socket
import time

from chalice.app import Chalice, CORSConfig

HEAD = "Host: localhost\r\nContent-Type: application/json\r\n"
POST = f"POST /api/v1/orders HTTP/1.1\r\n{HEAD}"
BODY = '{"amount":50000}'
CHUNKED = f"10;x=y\r\n{BODY}\r\n0\r\n\r\n"


def make_app():
    made = Chalice("small")
    made.api.cors = CORSConfig(allow_origin="*", expose_headers=["X-Request-Id"])

    def show(**parameters):
        request = made.current_request
        time.sleep(float((request.query_params or {}).get("sleep", 0)))
        shown = request.to_original_event()
        return shown | {"raw": request.raw_body.decode("latin-1"), "parameters": parameters}

    made.route("/api/v1/orders", methods=["GET", "HEAD"], name="list")(show)
    made.route("/api/v1/orders", methods=["POST"], name="create", content_types=["application/json"])(show)
    made.route("/v1/{proxy+}", methods=["POST"], name="hosted", content_types=[])(show)
    made.route("/api/v1/orders/public", methods=["GET"], name="public")(show)
    made.route("/api/v1/orders/{order_id}", methods=["GET"], name="one")(show)
    return made


def raw(port, text, until=b"}"):
    """What comes back for these bytes, until it ends so or nothing comes for a while."""
    with socket.create_connection(("127.0.0.1", port), timeout=3) as connection:
        connection.sendall(text.encode("latin-1"))
        got = b""
        while not got.endswith(until) and (piece := connection.recv(65536)):
            got += piece
    return got.decode("latin-1")


def shown(text):
    return json.loads(text[text.index("{") :])


def refused(answer, body, status, code="BAD_REQUEST_ERROR"):
    error = json.loads(body)["error"]
    assert (answer.status, error["code"]) == (status, code)
    assert answer.headers["X-Request-Id"] == error["request_id"]
    assert answer.headers["Content-Type"] == "application/json"
    return error["description"]
