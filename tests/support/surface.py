"""Shows the Razorpay-compatible surface in this process, by the events that API Gateway makes."""

import base64
import json
import time
from typing import Any

from chalicelib import queues
from chalicelib.domain import clock
from chalicelib.persistence.qr_codes import QrCode
from chalicelib.persistence.subscriptions import Subscription
from chalicelib.services import qr_codes
from chalicelib.services.qr_codes import paying
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


def _walk_codes(shop: Any, workers: Any, customer_id: str) -> None:
    """Makes a code for single use, whose first payer turns away, and closes another at its deadline."""
    about = {"type": "upi_qr", "usage": "single_use", "fixed_amount": True, "payment_amount": 500}
    code = make("payments/qr_codes", {**about, "customer_id": customer_id, "close_by": int(clock.now()) + 7200})
    for action in ("decline", "approve"):
        payment_id = _scan(shop, workers, code["id"], action)
    ask("GET", f"payments/qr_codes/{code['id']}/payments")
    ask("GET", "payments/qr_codes", query=f"payment_id={payment_id}")
    ask("GET", "payments/qr_codes")
    other = make("payments/qr_codes", {**about, "close_by": int(clock.now()) + 7200})
    record = QrCode.find(other["id"])
    assert record is not None
    record.change([QrCode.deadline_at.set(clock.now() - 1)], QrCode.id.exists())
    queues.send(queues.job(queues.PAYMENTS, other["id"], "r"))
    workers.drain()
    make(f"payments/qr_codes/{make('payments/qr_codes', about)['id']}/close", {})


def _walk_subscriptions(shop: Any, workers: Any) -> None:
    """Crosses a cycle's end, and does all that a merchant may decide."""
    plan = make("plans", {"period": "weekly", "interval": 1, "item": {"name": "Tea", "amount": 500}})
    ask("GET", "plans")
    made = make("subscriptions", {"plan_id": plan["id"], "total_count": 3, "expire_by": int(clock.now()) + 7200})
    one = f"subscriptions/{made['id']}"
    shop.ask("POST", "/sandbox/razorpay/pay", {"subscription_id": made["id"]})
    workers.drain()
    ask("PATCH", one, {"quantity": 2, "schedule_change_at": "cycle_end"})
    record = Subscription.find(made["id"])
    assert record is not None
    record.deadline_at = clock.now() - 1
    record.write()
    queues.send(queues.job(queues.PAYMENTS, made["id"], "r"))
    workers.drain()
    ask("GET", "subscriptions")
    for act in ("pause", "resume", "cancel"):
        make(f"{one}/{act}", {})


def _scan(shop: Any, workers: Any, code_id: str, action: str) -> Any:
    """Pays a code as its payer does, and returns the payment's id."""
    merchant_id = shop.get("/merchants/profile")["id"]
    made = json.loads(paying.pay(qr_codes.find(merchant_id, code_id), None, "r").body)
    workers.drain()
    shop.ask("POST", f"/sandbox/payments/{made['id']}/act", {"action": action})
    workers.drain()
    return made["id"]


def _walk_invoices(customer_id: str) -> None:
    lines = [{"name": "Tea", "amount": 500}]
    first, second = (make("invoices", {"customer_id": customer_id, "draft": 1, "line_items": lines}) for _ in range(2))
    ask("PATCH", f"invoices/{first['id']}", {"notes": {"k": "v"}})
    make(f"invoices/{first['id']}/issue", {})
    make(f"invoices/{first['id']}/cancel", {})
    ask("DELETE", f"invoices/{second['id']}")
    ask("GET", "invoices")


def walk(shop: Any, workers: Any) -> None:
    """Does what the other API does not do."""
    email = f"{time.time_ns()}@example.com"
    for name in ("Asha Rao", "Asha R Rao"):
        customer = make("customers", {"name": name, "email": email, "fail_existing": "0"})
    ask("PUT", f"customers/{customer['id']}", {"name": "Asha"})
    link = make("payment_links", {"amount": 500, "reference_id": email, "expire_by": int(clock.now()) + 7200})
    one = f"payment_links/{link['id']}"
    ask("PATCH", one, {"reference_id": f"{email} 2", "expire_by": int(clock.now()) + 9000})
    _walk_codes(shop, workers, customer["id"])
    _walk_subscriptions(shop, workers)
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
    _walk_invoices(customer["id"])
    month = time.gmtime()
    ask("GET", "settlements")
    ask("GET", "settlements/recon/combined", query=f"year={month.tm_year}&month={month.tm_mon}")
    ask("DELETE", f"webhooks/{hook['id']}")
