"""The gateway in memory, of which the pages' tests think that it is the API."""

import json
import re

import pytest

from tests.integration.frontend import contract
from tests.integration.frontend.fake_gateway import Refusal
from tests.integration.frontend.fake_merchant import PASSWORD, FakeMerchant

CARD = {
    "number": "4111111111111111",
    "expiry_month": "12",
    "expiry_year": "2030",
    "cvv": "123",
    "holder_name": "Asha Rao",
}


# What a page asks, once each: {order} and the like stand for the ids that `everything` makes.
REQUESTS = (
    ("GET", "/orders/{order}/public", None),
    ("POST", "/orders", {"amount": 100, "currency": "INR", "receipt": "r", "notes": {"note": "n"}}),
    ("POST", "/payments/public", {"order_id": "{other}", "key": "k", "method": "upi", "vpa": "asha@oksbi"}),
    ("POST", "/payments/public", {"order_id": "{third}", "key": "k", "method": "card", "card": CARD}),
    ("GET", "/payments/{payment}/public", None),
    ("GET", "/payments/{payment}/public/return", None),
    ("POST", "/payments/{payment}/public/cancel", None),
    ("POST", "/sandbox/payments/{waiting}/act", {"action": "decline"}),
    ("POST", "/sandbox/shop/orders", {"amount": 100, "description": "x"}),
    ("POST", "/sandbox/shop/verify", {"order_id": "o", "payment_id": "p", "status": "success", "signature": "s"}),
    ("GET", "/test/merchant", None),
    ("POST", "/auth/session", {"email": "test@example.com", "password": PASSWORD}),
    ("DELETE", "/auth/session", None),
    ("GET", "/merchants/profile", None),
    ("PATCH", "/merchants/profile", {"name": "Asha", "color": "#4f46e5", "allowed_frame_origins": []}),
    ("POST", "/merchants/reveal", None),
    ("PUT", "/merchants/webhook", {"webhook_url": "https://shop.example/hooks"}),
    ("POST", "/merchants/webhook/regenerate-secret", None),
    ("POST", "/merchants/webhook/test", None),
    ("GET", "/dashboard/stats", None),
    ("GET", "/orders", None),
    ("GET", "/orders/{order}", None),
    ("GET", "/orders/{order}/payments", None),
    ("POST", "/orders/{order}/cancel", None),
    ("GET", "/keys", None),
    ("POST", "/keys", {"name": "shop", "scopes": ["orders:write"]}),
    ("PATCH", "/keys/{key}", {"name": "other"}),
    ("DELETE", "/keys/{key}", None),
    ("POST", "/merchants/rotate-key", {"revoke_old": True}),
    ("POST", "/webhooks/verify", {"body": "{}", "headers": {"X-Webhook-Signature": "5f"}}),
    ("GET", "/payments", None),
    ("GET", "/payments/{payment}", None),
    ("POST", "/payments/{payment}/capture", {"amount": 50000}),
    ("POST", "/payments/{payment}/refunds", {"amount": 100, "reason": "x"}),
    ("POST", "/payments/{free}/void", None),
    ("GET", "/payments/{payment}/timeline", None),
    ("GET", "/refunds", None),
    ("GET", "/refunds/{refund}", None),
    ("GET", "/webhooks", None),
    ("GET", "/webhooks/{webhook}", None),
    ("POST", "/webhooks/{webhook}/retry", None),
    ("GET", "/webhook-endpoints", None),
    ("GET", "/webhook-endpoints/{endpoint}", None),
    ("POST", "/webhook-endpoints", {"url": "https://a.example", "events": ["order.paid"], "enabled": True}),
    ("PATCH", "/webhook-endpoints/{endpoint}", {"enabled": False}),
    ("POST", "/webhook-endpoints/{endpoint}/rotate-secret", None),
    ("POST", "/webhook-endpoints/{endpoint}/reveal-secret", None),
    ("POST", "/webhook-endpoints/{endpoint}/test", None),
    ("POST", "/webhook-endpoints/{endpoint}/replay", {"from": "2026-03-13", "to": "2026-03-14"}),
    ("DELETE", "/webhook-endpoints/{endpoint}", None),
    ("GET", "/dead-letters", None),
    ("POST", "/dead-letters/redrive", {"queue": "payments"}),
    ("GET", "/search?q", None),
    ("GET", "/events", None),
    ("GET", "/events/{event}", None),
    ("POST", "/events/{event}/resend", {}),
    ("GET", "/balance", None),
    ("GET", "/ledger", None),
    ("GET", "/settlements", None),
    ("GET", "/settlements/{settlement}", None),
    ("GET", "/settlements/{settlement}/report", None),
    ("GET", "/disputes", None),
    ("GET", "/disputes/{dispute}", None),
    ("POST", "/disputes/{dispute}/contest", {"evidence": {"summary": "Delivered"}}),
    ("POST", "/disputes/{lost}/accept", None),
    ("GET", "/sandbox/clock", None),
    ("POST", "/sandbox/clock", {"advance": 3600}),
    ("POST", "/sandbox/trigger", {"event": "payment.success"}),
    ("GET", "/sandbox/faults", None),
    ("POST", "/sandbox/faults", {"match": "POST /payments", "effect": "cut", "when": "after", "times": 1}),
    ("DELETE", "/sandbox/faults", None),
    ("GET", "/sandbox/instruments", None),
    ("DELETE", "/auth/sessions", None),
)


@pytest.fixture
def fake():
    gateway = FakeMerchant()
    gateway.webhook_url = "https://shop.example/hooks"
    gateway.add_history(6)
    gateway.dead_letters = [{"queue": "payments", "id": "m1", "object_id": "pay_0000000000000001", "received": 5,
                             "sent_at": "2026-03-14T09:30:00.000000Z"}]  # fmt: skip
    return gateway


def ask(gateway, method, path, body=None, query=None):
    return gateway.answer(method, path, query or {}, {}, json.dumps(body) if body else None)


def everything(gateway):
    """Asks each route of the fake once, with what a page sends. Returns (method, path) of what was asked."""
    made = {name: gateway.add_order() for name in ("order", "other", "third")}
    made |= {"payment": gateway.add_payment(made["order"]), "webhook": gateway.add_webhook()}
    made["waiting"] = gateway.add_payment(made["order"], "pending", next_action={"type": "redirect"})
    made |= {"endpoint": gateway.add_endpoint(), "free": gateway.add_payment(made["third"])}
    made |= {"refund": gateway.refund(gateway.add_payment(made["third"]), {"amount": 100})[1]["id"]}
    made |= {"event": gateway.add_event(), "settlement": gateway.add_settlement()}
    made |= {name: gateway.add_dispute(made["payment"]) for name in ("dispute", "lost")}
    gateway.add_posting("captured", made["payment"], merchant_payable=-97_640, fees=-2_000, tax=-360)
    gateway.balances = {"INR": {"available": 77_640, "pending": 20_000, "reserved": 0}}
    made |= {"key": gateway.add_key("key_0000000000000001", "shop")["id"]}
    asked = []
    for method, template, body in REQUESTS:
        path, _, query = template.format(**made).partition("?")
        order = {"order_id": body["order_id"].format(**made)} if body and "{" in body.get("order_id", "") else {}
        status, answer = ask(gateway, method, path, body and {**body, **order}, {query: "x"} if query else None)
        assert status < 300, (method, path, answer)
        asked.append((method, path))
    return asked


def test_every_answer_is_one_that_the_openapi_document_allows(fake):
    everything(fake)
    assert fake.drift == []


def test_every_route_of_the_fake_is_asked_here_and_is_in_the_document(fake):
    asked = everything(fake)
    for method, pattern, _ in fake.ROUTES:
        assert any(method == verb and re.fullmatch(pattern, path) for verb, path in asked), (method, pattern)
        assert pattern.startswith("/sandbox/") or contract.operation(method, pattern.replace("([^/]+)", "x")), (
            method,
            pattern,
        )


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (
            {"state": "created"},
            "GET /orders/x/public 200: Additional properties are not allowed ('state' was unexpected)",
        ),
        ({"amount": "500.00"}, 'GET /orders/x/public 200.amount: "500.00" is not of type "integer"'),
        ({"status": "open"}, '"open" is not'),
    ],
)
def test_a_wrong_field_shows(change, complaint):
    order = {
        "id": "order_0000000000000001",
        "amount": 5,
        "currency": "INR",
        "status": "created",
        "description": None,
        "merchant_name": "A",
        "merchant": {"name": "A", "logo_url": None, "color": None},
    }
    assert contract.wrong_answer("GET", "/orders/x/public", 200, order) == []
    found = contract.wrong_answer("GET", "/orders/x/public", 200, {**order, **change})
    assert complaint in "\n".join(found)


def test_a_field_that_the_document_knows_shows_when_it_is_missing():
    assert any("required" in each for each in contract.wrong_answer("GET", "/orders/x/public", 200, {"id": "x"}))


def test_a_field_that_the_fake_invents_fails_the_test_that_saw_it(fake):
    fake.orders["order_0000000000000001"]["paid"] = True
    ask(fake, "GET", "/orders", query={"limit": "100"})
    assert any("'paid' was unexpected" in each for each in fake.drift)


def test_an_error_has_the_shape_and_the_status_that_the_document_gives(fake):
    assert ask(fake, "GET", "/orders/order_9999999999999999/public")[0] == 404
    fake.refusing["/payments"] = Refusal(503, "SERVER_ERROR", "Something went wrong on our side")
    assert ask(fake, "GET", "/payments")[0] == 503
    assert fake.drift == []
    fake.refusing["/payments"] = Refusal(418, "TEAPOT", "Short and stout")
    ask(fake, "GET", "/payments")
    assert fake.drift == ["GET /payments never answers 418"]


def test_a_request_that_the_api_does_not_know_shows(fake):
    ask(fake, "GET", "/orders", query={"state": "paid"})
    ask(fake, "POST", "/orders", {"amount": "100.00", "currency": "INR"})
    assert "GET /orders takes no parameter state" in fake.drift
    assert any("POST /orders takes body.amount" in each for each in fake.drift)
