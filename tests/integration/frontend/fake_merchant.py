"""What a signed-in merchant asks of the gateway in memory: the dashboard's side of fake_gateway.py."""

from datetime import timedelta

from tests.integration.frontend.fake_gateway import CREATED, MERCHANT, NOW, OK, FakeGateway, Refusal, stamp

PASSWORD = "password123"
DAYS = 30


class FakeMerchant(FakeGateway):
    ROUTES = (
        *FakeGateway.ROUTES,
        ("POST", "/auth/session", "sign_in"),
        ("DELETE", "/auth/session", "done"),
        ("GET", "/merchants/profile", "profile"),
        ("POST", "/merchants/reveal", "reveal"),
        ("PUT", "/merchants/webhook", "set_webhook"),
        ("POST", "/merchants/webhook/regenerate-secret", "regenerate"),
        ("POST", "/merchants/webhook/test", "test_webhook"),
        ("GET", "/dashboard/stats", "stats"),
        ("GET", "/test/jobs/status", "jobs"),
        ("GET", "/orders", "list_orders"),
        ("GET", "/payments", "list_payments"),
        ("GET", r"/payments/([^/]+)", "one_payment"),
        ("GET", r"/payments/([^/]+)/timeline", "timeline"),
        ("POST", r"/payments/([^/]+)/capture", "capture"),
        ("POST", r"/payments/([^/]+)/refunds", "refund"),
        ("GET", "/refunds", "list_refunds"),
        ("GET", "/webhooks", "list_webhooks"),
        ("GET", r"/webhooks/([^/]+)", "one_webhook"),
        ("POST", r"/webhooks/([^/]+)/retry", "retry"),
        ("GET", "/webhook-endpoints", "list_endpoints"),
        ("POST", "/webhook-endpoints", "create_endpoint"),
        ("PATCH", r"/webhook-endpoints/([^/]+)", "change_endpoint"),
        ("DELETE", r"/webhook-endpoints/([^/]+)", "delete_endpoint"),
        ("POST", r"/webhook-endpoints/([^/]+)/rotate-secret", "rotate"),
        ("POST", r"/webhook-endpoints/([^/]+)/reveal-secret", "rotate"),
        ("POST", r"/webhook-endpoints/([^/]+)/test", "done"),
        ("POST", r"/webhook-endpoints/([^/]+)/replay", "replay"),
        ("GET", "/dead-letters", "list_dead_letters"),
        ("POST", "/dead-letters/redrive", "redrive"),
    )

    def __init__(self):
        super().__init__()
        self.api_key = "key_test_abc123"  # None: it was revoked
        self.webhook_url = None
        self.webhooks = {}
        self.endpoints = {}
        self.dead_letters = []
        self.session_ended = False
        self.failing = None  # what a dashboard request is refused with
        self.rounds_of_replay = 1

    def _route(self, method, path, query, data):
        public = path.startswith(("/auth", "/test")) or path.endswith("/public")
        if self.session_ended and not public:
            raise Refusal(401, "AUTHENTICATION_ERROR", "Session expired or unknown")
        if self.failing and not public:
            raise self.failing
        return super()._route(method, path, query, data)

    # What a test arranges.

    def add_history(self, count=12):
        """Payments over the last days, newest first, one in five failed, every third by card."""
        for n in range(count):
            status = "failed" if n % 5 == 4 else "success"
            method = "card" if n % 3 == 2 else "upi"
            order = self.add_order(
                amount=(n * 7919 % 90 + 10) * 1000,
                status="paid" if status == "success" else "attempted",
                receipt=f"receipt-{n}",
            )
            self.add_payment(order, status, minutes=n * 97, method=method)

    def add_webhook(self, event="payment.success", status="success", **more):
        identifier = f"5f1d3b5e-2f0c-5b63-9a0e-{next(self._numbers):012d}"
        failed = status == "failed"
        log = [
            {
                "at": stamp(5),
                "duration_ms": 43,
                "status": 500 if failed else 200,
                "error_class": "status" if failed else None,
                "error_detail": "the receiver answered 500" if failed else "",
                "response_body": "no room in the table" if failed else "OK",
            }
        ]
        self.webhooks[identifier] = {
            "id": identifier,
            "event": event,
            "status": status,
            "attempts": 5 if failed else 1,
            "created_at": stamp(6),
            "last_attempt_at": stamp(5),
            "next_retry_at": None,
            "response_code": 500 if failed else 200,
            "url": "https://shop.example/hooks",
            "attempts_log": log,
            "payload": '{"event":"payment.success","timestamp":1773480600,"data":{"payment":{"id":"pay_1"}}}',
            "response_body": "OK",
            **more,
        }
        return identifier

    def add_endpoint(self, url="https://shop.example/hooks", **more):
        identifier = f"we_{next(self._numbers):016d}"
        self.endpoints[identifier] = {
            "id": identifier,
            "url": url,
            "events": ["payment.success", "payment.failed"],
            "enabled": True,
            "disabled_reason": None,
            "previous_secret_expires_at": None,
            "created_at": stamp(),
            "updated_at": stamp(),
            **more,
        }
        return identifier

    # What the dashboard asks.

    def done(self, *_, **__):
        return OK, {"message": "done"}

    def sign_in(self, data, **_):
        if data["password"] != PASSWORD:
            raise Refusal(401, "AUTHENTICATION_ERROR", "Invalid email or password")
        self.session_ended = False
        who = {"id": MERCHANT, "name": self.merchant_name, "email": data["email"]}
        return OK, {"token": "sess_test", "expires_at": "2099-01-01T00:00:00Z", "merchant": who}

    def profile(self, **_):
        return OK, {
            "id": MERCHANT,
            "name": self.merchant_name,
            "email": "test@example.com",
            "api_key": self.api_key,
            "webhook_url": self.webhook_url,
        }

    def reveal(self, **_):
        return OK, {
            "api_key": self.api_key,
            "api_secret": self.api_key and "secret_test_xyz789",
            "webhook_secret": "whsec_test_abc123",
        }

    def set_webhook(self, data, **_):
        if data["webhook_url"] and not data["webhook_url"].startswith("http"):
            raise Refusal(400, "BAD_REQUEST_ERROR", "webhook_url must be an http or https URL", "webhook_url")
        self.webhook_url = data["webhook_url"]
        return OK, {"webhook_url": self.webhook_url, "webhook_enabled": True}

    def regenerate(self, **_):
        return OK, {"webhook_secret": "whsec_bmV3IHNlY3JldA=="}

    def test_webhook(self, **_):
        if not self.webhook_url:
            raise Refusal(400, "BAD_REQUEST_ERROR", "Webhook URL not configured", "webhook_url")
        return OK, {"id": self.add_webhook("webhook.test"), "status": "pending"}

    def stats(self, **_):
        paid = [p for p in self.payments.values() if p["status"] == "success"]
        settled = [p for p in self.payments.values() if p["status"] != "pending"]
        days = [
            {
                "date": (NOW - timedelta(days=DAYS - 1 - n)).date().isoformat(),
                "total_transactions": n % 4,
                "total_amount": n * n % 17 * 40_000,
            }
            for n in range(DAYS)
        ]
        if not settled:
            days = [{**day, "total_transactions": 0, "total_amount": 0} for day in days]
        rate = round(100 * len(paid) / len(settled), 2) if settled else 0
        return OK, {
            "currency": "INR",
            "total_transactions": len(settled),
            "total_amount": sum(p["amount"] for p in paid),
            "success_rate": rate,
            "series": days,
        }

    def jobs(self, **_):
        return OK, {
            "pending": 2,
            "processing": 1,
            "completed": len(self.payments),
            "failed": len(self.dead_letters),
            "worker_status": "running",
        }

    def page(self, rows, query, *facets):
        for name in facets:
            rows = [row for row in rows if query.get(name) in (None, row[name])]
        start, limit = int(query.get("cursor", 0)), int(query.get("limit", 10))
        more = start + limit < len(rows)
        return OK, {
            "data": rows[start : start + limit],
            "total": len(rows),
            "limit": limit,
            "offset": start,
            "next_cursor": str(start + limit) if more else None,
        }

    def list_orders(self, query, **_):
        return self.page(list(self.orders.values())[::-1], query, "status")

    def list_payments(self, query, **_):
        rows = sorted(self.payments.values(), key=lambda payment: payment["created_at"], reverse=True)
        return self.page(rows, query, "status", "method", "order_id")

    def one_payment(self, identifier, **_):
        return OK, self.find(self.payments, identifier)

    def timeline(self, identifier, **_):
        payment = self.find(self.payments, identifier)
        refunds = [refund for refund in self.refunds.values() if refund["payment_id"] == identifier]
        entries = [
            ("created", None, identifier),
            (payment["status"], payment["error_description"], identifier),
        ]
        entries += [("captured", None, identifier)] if payment["captured"] else []
        entries += [("refund created", refund["reason"], refund["id"]) for refund in refunds]
        entries += [("webhook payment.success", "HTTP 200", key) for key in self.webhooks]
        return OK, {
            "data": [
                {"at": payment["created_at"], "what": what, "detail": detail, "object_id": key}
                for what, detail, key in entries
            ]
        }

    def capture(self, identifier, data, **_):
        payment = self.find(self.payments, identifier)
        if payment["captured"] or data["amount"] != payment["amount"]:
            raise Refusal(400, "BAD_REQUEST_ERROR", "Payment not in capturable state")
        payment["captured"] = True
        return OK, payment

    def refund(self, identifier, data, **_):
        payment = self.find(self.payments, identifier)
        if payment["amount_refunded"] + data["amount"] > payment["amount"]:
            raise Refusal(400, "BAD_REQUEST_ERROR", "Refund amount exceeds available amount")
        payment["amount_refunded"] += data["amount"]
        payment["refund_status"] = "full" if payment["amount_refunded"] == payment["amount"] else "partial"
        key = f"rfnd_{next(self._numbers):016d}"
        self.refunds[key] = {
            "id": key,
            "payment_id": identifier,
            "amount": data["amount"],
            "reason": data.get("reason"),
            "status": "pending",
            "created_at": stamp(),
        }
        return CREATED, self.refunds[key]

    def list_refunds(self, query, **_):
        return self.page(list(self.refunds.values())[::-1], query, "payment_id")

    def list_webhooks(self, query, **_):
        return self.page(list(self.webhooks.values())[::-1], query, "status")

    def one_webhook(self, identifier, **_):
        return OK, self.find(self.webhooks, identifier)

    def retry(self, identifier, **_):
        self.find(self.webhooks, identifier).update(status="pending", attempts=0)
        return OK, {"id": identifier, "status": "pending", "message": "Webhook retry scheduled"}

    def list_endpoints(self, query, **_):
        return self.page(list(self.endpoints.values()), query)

    def create_endpoint(self, data, **_):
        identifier = self.add_endpoint(**data)
        return CREATED, {**self.endpoints[identifier], "secret": "whsec_bmV3IGVuZHBvaW50"}

    def change_endpoint(self, identifier, data, **_):
        self.find(self.endpoints, identifier).update(data)
        return OK, self.endpoints[identifier]

    def delete_endpoint(self, identifier, **_):
        del self.endpoints[identifier]
        return OK, {"id": identifier, "deleted": True}

    def rotate(self, identifier, **_):
        return OK, {**self.find(self.endpoints, identifier), "secret": "whsec_cm90YXRlZA=="}

    def replay(self, identifier, **_):
        self.rounds_of_replay -= 1
        return OK, {"id": identifier, "replayed": 3, "more": self.rounds_of_replay > 0}

    def list_dead_letters(self, **_):
        return OK, {"data": self.dead_letters, "total": len(self.dead_letters)}

    def redrive(self, data, **_):
        before = len(self.dead_letters)
        self.dead_letters = [letter for letter in self.dead_letters if letter["queue"] != data["queue"]]
        return OK, {"queue": data["queue"], "redriven": before - len(self.dead_letters)}
