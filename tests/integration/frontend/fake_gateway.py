"""A gateway in memory for the pages' tests: the contract's public answers, with knobs for the states a real one seldom shows."""

import itertools
import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from tests.integration.frontend import contract, payer_acts
from tests.integration.frontend.refusals import Refusal

NOW = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
MERCHANT = "550e8400-e29b-41d4-a716-446655440000"
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"
OK, CREATED = 200, 201
# What a payment says only once it is settled.
SETTLED = ("amount_refunded", "refund_status", "error_code", "error_description")


def shown(payment, hidden=()):
    """A payment as the API shows it, without what only the fake needs to know."""
    return {
        name: value for name, value in payment.items() if name not in {"polls", "instrument", "wrong_codes", *hidden}
    }


def stamp(minutes=0):
    return (NOW - timedelta(minutes=minutes)).isoformat(timespec="microseconds").replace("+00:00", "Z")


class FakeGateway:
    ROUTES = (
        ("GET", r"/orders/([^/]+)/public", "public_order"),
        ("POST", "/orders", "create_order"),
        ("POST", "/payments/public", "create_payment"),
        ("GET", r"/payments/([^/]+)/public", "public_payment"),
        ("GET", r"/payments/([^/]+)/public/return", "payment_return"),
        ("POST", r"/payments/([^/]+)/public/cancel", "cancel_payment"),
        ("POST", r"/sandbox/payments/([^/]+)/act", "act"),
        ("POST", "/sandbox/shop/orders", "create_order"),
        ("POST", "/sandbox/shop/verify", "verify_return"),
        ("GET", "/test/merchant", "test_merchant"),
    )

    def __init__(self):
        self.merchant_name = "Test Merchant"
        self.logo_url = self.color = self.time_zone = None
        self.frame_origins = []  # that may frame the checkout; none: any
        self.orders = {}
        self.payments = {}
        self.refunds = {}
        self.replays = {}
        self.polls_until_settled = 1
        self.offline = False
        self.silent = False  # takes requests and never answers
        self.loses_answers = False  # does what it is asked, but the answer never arrives
        self.cuts_answers = False  # the same, but the first byte of the answer does
        self.refusing = {}  # path prefix -> what its requests are refused with
        self.delays = {}  # path prefix -> seconds
        self.headers = {}  # of every answer
        self.requests = []
        self.drift = []  # where requests and answers differ from the OpenAPI document
        self.expected_drift = []  # parts of what a test that goes beyond the document notes there
        self._numbers = itertools.count(1)

    # What a test arranges.

    def add_order(self, amount=50000, currency="INR", status="created", **more):
        identifier = f"order_{next(self._numbers):016d}"
        self.orders[identifier] = {
            "id": identifier,
            "merchant_id": MERCHANT,
            "amount": amount,
            "currency": currency,
            "status": status,
            "receipt": None,
            "notes": {},
            "amount_paid": 0,
            "amount_due": amount,
            "attempts": 0,
            "capture": "manual",
            **dict.fromkeys(("capture_within", "expires_at", "return_url", "description", "customer")),
            "created_at": stamp(),
            "updated_at": stamp(),
            **more,
        }
        return identifier

    def add_payment(self, order_id, status="success", *, minutes=0, method="upi", **more):
        order = self.orders[order_id]
        identifier = f"pay_{next(self._numbers):016d}"
        instrument = {"vpa": "success@upi"} if method == "upi" else {"card_network": "visa", "card_last4": "1111"}
        self.payments[identifier] = {
            "id": identifier,
            "order_id": order_id,
            "merchant_id": MERCHANT,
            "amount": order["amount"],
            "currency": order["currency"],
            "method": method,
            **instrument,
            "status": status,
            "captured": False,
            "amount_refunded": 0,
            "refund_status": None,
            "late": False,
            **dict.fromkeys(("next_action", "fee", "tax", "captured_at", "voided_at")),
            "error_code": "PAYMENT_FAILED" if status == "failed" else None,
            "error_description": "The bank declined the payment" if status == "failed" else None,
            "created_at": stamp(minutes),
            "updated_at": stamp(minutes),
            **more,
        }
        return identifier

    def posted(self, path):
        return [request for request in self.requests if request["method"] == "POST" and request["path"] == path]

    # What the pages ask.

    def answer(self, method, path, query, headers, body):
        """(status, body) of a request under /api/v1. What the OpenAPI document says against it is noted in `drift`."""
        data = json.loads(body) if body else {}
        self.requests.append({"method": method, "path": path, "query": query, "headers": headers, "body": data})
        try:
            if refusal := next((why for prefix, why in self.refusing.items() if path.startswith(prefix)), None):
                raise refusal
            status, answer = self._replayed(method, path, query, headers, data)
            self.drift += contract.wrong_request(method, path, query, data)
        except Refusal as refusal:
            status, answer = refusal.status, refusal.body
        self.drift += contract.wrong_answer(method, path, status, answer)
        return status, answer

    def _replayed(self, method, path, query, headers, data):
        key = headers.get("idempotency-key")
        if not key:
            return self._route(method, path, query, data)
        fingerprint = (method, path, json.dumps(data, sort_keys=True))
        if key in self.replays and self.replays[key][0] != fingerprint:
            raise Refusal(422, "IDEMPOTENCY_ERROR", "Idempotency-Key was used for another request")
        if key not in self.replays:
            self.replays[key] = (fingerprint, self._route(method, path, query, data))
        return self.replays[key][1]

    def _route(self, method, path, query, data):
        for wanted, pattern, name in self.ROUTES:
            found = re.fullmatch(pattern, path)
            if wanted == method and found:
                return getattr(self, name)(*found.groups(), query=query, data=data)
        raise Refusal(404, "NOT_FOUND_ERROR", f"Unknown path {method} {path}")

    def find(self, table, identifier):
        if identifier not in table:
            raise Refusal(404, "NOT_FOUND_ERROR", "Not found")
        return table[identifier]

    def public_order(self, identifier, query, **_):
        order = self.find(self.orders, identifier)
        shown = {name: order[name] for name in ("id", "amount", "currency", "status", "description")}
        if around := query.get("frame_origins"):
            shown["frame_allowed"] = not self.frame_origins or set(around.split()) <= set(self.frame_origins)
        merchant = {"name": self.merchant_name, "logo_url": self.logo_url, "color": self.color}
        return OK, {**shown, "merchant_name": self.merchant_name, "merchant": merchant}

    def create_order(self, data, **_):
        return CREATED, self.orders[self.add_order(**data)]

    def create_payment(self, data, **_):
        order = self.find(self.orders, data["order_id"])
        live = [p for p in self.payments.values() if p["order_id"] == order["id"] and p["status"] == "pending"]
        refusals = {"order_paid": order["status"] == "paid", "payment_in_progress": live}
        if reason := next((reason for reason, holds in refusals.items() if holds), None):
            raise Refusal(400, "BAD_REQUEST_ERROR", "No payment now", "order_id", reason)
        identifier = self.add_payment(order["id"], "pending", method=data["method"], polls=0, instrument=data)
        order["status"] = "attempted"
        self.payments[identifier] |= payer_acts.instrument_of(data)
        self.payments[identifier]["next_action"] = payer_acts.next_action(data, self.payments[identifier])
        return CREATED, shown(self.payments[identifier], {"merchant_id", *SETTLED})

    def public_payment(self, identifier, **_):
        payment = self.find(self.payments, identifier)
        if payment["status"] == "pending" and not payment["next_action"]:
            payment["polls"] += 1
            if payment["polls"] > self.polls_until_settled:
                self.settle(payment)
        return OK, shown(payment, {"merchant_id"})

    def settle(self, payment):
        instrument = payment["instrument"]
        number = instrument.get("card", {}).get("number", "")
        if instrument.get("vpa", "").startswith("failure") or number.endswith("0002"):
            payment.update(
                status="failed",
                error_code="PAYMENT_FAILED",
                error_description="Your bank declined the payment",
            )
        else:
            payment["status"] = "success"
            self.orders[payment["order_id"]]["status"] = "paid"

    def payment_return(self, identifier, query, **_):
        payment = self.find(self.payments, identifier)
        address = self.orders[payment["order_id"]]["return_url"]
        if not address or payment["status"] == "pending":
            return OK, {"url": None}
        told = {"order_id": payment["order_id"], "payment_id": identifier, "status": payment["status"]}
        return OK, {"url": f"{address}?{urlencode(told | {'signature': 'signed by ' + query['key']})}"}

    def cancel_payment(self, identifier, **_):
        payment = self.find(self.payments, identifier)
        if payment["next_action"]:
            payer_acts.refuse(payment, "PAYMENT_CANCELLED", "You cancelled the payment.")
        return OK, shown(payment, {"merchant_id"})

    def act(self, identifier, data, **_):
        payment = self.find(self.payments, identifier)
        payer_acts.act(payment, data)
        if payment["status"] == "success":
            self.orders[payment["order_id"]]["status"] = "paid"
        return OK, shown(payment, {"merchant_id"})

    def verify_return(self, data, **_):
        return OK, {"verified": data["signature"].startswith("signed by ")}

    def test_merchant(self, **_):
        return OK, {"id": MERCHANT, "email": "test@example.com", "api_key": "key_test_abc123", "seeded": True}
