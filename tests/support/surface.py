"""Shows the Razorpay-compatible surface in this process, by the events that API Gateway makes."""

import base64
import json
import time
from typing import Any

from chalicelib.domain import clock
from infra.local.edge import Request

KEY, SECRET = "key_test_abc123", "secret_test_xyz789"


def ask(method: str, path: str, body: Any = None, query: str = "") -> Any:
    """Makes a request below /v1. path: without /v1. Returns the status and the decoded body."""
    from app import app  # noqa: PLC0415  # not before the environment is set

    credentials = base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
    headers = {"authorization": [f"Basic {credentials}"]}
    request = Request("r1", method, f"/v1/{path}", query, headers, "127.0.0.1", "1.1")
    raw = b"" if body is None else json.dumps(body).encode()
    answer = app(request.event("/v1/{proxy+}", {"proxy": path}, raw), None)
    return answer["statusCode"], json.loads(answer["body"])


def make(path: str, body: Any) -> Any:
    """Makes an object by POST and returns it."""
    status, made = ask("POST", path, body)
    assert status == 200, made
    return made


def walk(shop: Any, workers: Any) -> None:
    """Does what the other API does not do."""
    email = f"{time.time_ns()}@example.com"
    for name in ("Asha Rao", "Asha R Rao"):
        customer = make("customers", {"name": name, "email": email, "fail_existing": "0"})
    ask("PUT", f"customers/{customer['id']}", {"name": "Asha"})
    link = make("payment_links", {"amount": 500, "reference_id": email, "expire_by": int(clock.now()) + 7200})
    one = f"payment_links/{link['id']}"
    ask("PATCH", one, {"reference_id": f"{email} 2", "expire_by": int(clock.now()) + 9000})
    hook = make("webhooks", {"url": "http://127.0.0.1:9/hook", "events": ["refund.failed"]})
    shop.pay(make("payment_links", {"amount": 500})["order_id"])
    order = make("orders", {"amount": 500, "customer_id": customer["id"]})
    payment = shop.pay(order["id"])
    workers.drain()
    ask("POST", f"payments/{payment['id']}/refund", {"receipt": "1"})
    workers.drain()
    for kind in ("orders", "payments", "refunds", "customers"):
        found = ask("GET", kind)[1]["items"][0]
        ask("PATCH", f"{kind}/{found['id']}", {"notes": {"k": "v"}})
    ask("GET", "payment_links")
    ask("GET", "orders", query="expand[]=payments")
    make(f"{one}/cancel", {})
    item = make("items", {"name": "Tea", "amount": 500})
    ask("GET", "items")
    ask("PATCH", f"items/{item['id']}", {"amount": 600})
    ask("DELETE", f"items/{item['id']}")
    month = time.gmtime()
    ask("GET", "settlements")
    ask("GET", "settlements/recon/combined", query=f"year={month.tm_year}&month={month.tm_mon}")
    ask("DELETE", f"webhooks/{hook['id']}")
