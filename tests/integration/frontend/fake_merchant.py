"""What a signed-in merchant asks of the gateway in memory: the dashboard's side of fake_gateway.py."""

from datetime import UTC, datetime, timedelta

from tests.integration.frontend.fake_disputes import FakeDisputes
from tests.integration.frontend.fake_gateway import CREATED, MERCHANT, NOW, OK, Refusal, shown, stamp
from tests.integration.frontend.fake_webhooks import PRIMARY

PASSWORD = "password123"
DAYS = 30
NOT_PROCESSED = {"processed_at": None, "error_code": None, "error_description": None}
NEW_REFUND = ("id", "payment_id", "amount", "reason", "status", "created_at")


def figures(total, successful, amount):
    return {
        "total_transactions": total,
        "total_amount": amount,
        "success_rate": round(100 * successful / total, 2) if total else 0,
        "successful": successful,
        "failed": total - successful,
        "refunded_amount": 0,
    }


class FakeMerchant(FakeDisputes):
    ROUTES = (
        *FakeDisputes.ROUTES,
        ("POST", "/auth/session", "sign_in"),
        ("DELETE", "/auth/session", "sign_out"),
        ("GET", "/merchants/profile", "profile"),
        ("PATCH", "/merchants/profile", "change_profile"),
        ("POST", "/merchants/reveal", "reveal"),
        ("GET", "/dashboard/stats", "stats"),
        ("GET", "/orders", "list_orders"),
        ("GET", r"/orders/([^/]+)", "one_order"),
        ("GET", r"/orders/([^/]+)/payments", "payments_of_order"),
        ("POST", r"/orders/([^/]+)/cancel", "cancel_order"),
        ("GET", "/payments", "list_payments"),
        ("GET", r"/payments/([^/]+)", "one_payment"),
        ("GET", r"/payments/([^/]+)/timeline", "timeline"),
        ("POST", r"/payments/([^/]+)/capture", "capture"),
        ("POST", r"/payments/([^/]+)/void", "void"),
        ("POST", r"/payments/([^/]+)/refunds", "refund"),
        ("GET", "/refunds", "list_refunds"),
        ("GET", r"/refunds/([^/]+)", "one_refund"),
    )

    def __init__(self):
        super().__init__()
        self.session_ended = False
        self.earlier_payments = []  # of the period before the one that the overview shows
        self.failing = None  # what a dashboard request is refused with

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

    # What the dashboard asks.

    def sign_out(self, **_):
        return OK, {"signed_out": True}

    def sign_in(self, data, **_):
        if data["password"] != PASSWORD:
            raise Refusal(401, "AUTHENTICATION_ERROR", "Invalid email or password")
        self.session_ended = False
        who = {"id": MERCHANT, "name": self.merchant_name, "email": data["email"]}
        return OK, {"token": "sess_test", "expires_at": "2099-01-01T00:00:00.000000Z", "merchant": who}

    def profile(self, **_):
        return OK, {
            "id": MERCHANT,
            "name": self.merchant_name,
            "email": "test@example.com",
            "api_key": self.api_key,
            "webhook_url": self.webhook_url,
            "webhook_secret": "whsec_****",
            "webhook_enabled": True,
            "webhook_endpoint_id": PRIMARY,
            "allowed_frame_origins": self.frame_origins,
            "logo_url": self.logo_url,
            "color": self.color,
            "time_zone": self.time_zone,
            "created_at": stamp(),
        }

    def change_profile(self, data, **_):
        self.frame_origins = data.get("allowed_frame_origins", self.frame_origins)
        self.merchant_name = data.get("name", self.merchant_name)
        for name in ("logo_url", "color", "time_zone"):
            setattr(self, name, data.get(name, getattr(self, name)))
        return self.profile()

    def reveal(self, **_):
        return OK, {
            "api_key": self.api_key,
            "api_secret": self.api_key and "secret_test_xyz789",
            "webhook_secret": "whsec_test_abc123",
        }

    def stats(self, query, **_):
        past = query.get("to", "9") < datetime.now(UTC).date().isoformat()
        payments = self.earlier_payments if past else self.payments.values()
        paid = [p for p in payments if p["status"] == "success"]
        settled = [p for p in payments if p["status"] != "pending"]
        totals = figures(len(settled), len(paid), sum(p["amount"] for p in paid))
        series = [self._day(n, empty=not settled) for n in range(DAYS)]
        return OK, {"currency": "INR", **totals, "by_currency": self._by_currency(settled), "series": series}

    def _by_currency(self, settled):
        codes = sorted({p["currency"] for p in settled}, key=lambda code: (code != "INR", code))
        return [self._of_currency(code, [p for p in settled if p["currency"] == code]) for code in codes]

    @staticmethod
    def _of_currency(code, settled):
        paid = [p for p in settled if p["status"] == "success"]
        gross, back = (sum(p[name] for p in paid) for name in ("amount", "amount_refunded"))
        counts = {"successful": len(paid), "failed": len(settled) - len(paid)}
        return {"currency": code, "total_amount": gross, "refunded_amount": back, "net_amount": gross - back, **counts}

    def _day(self, n, *, empty):
        date = (NOW - timedelta(days=DAYS - 1 - n)).date().isoformat()
        count, amount = (0, 0) if empty else (n % 4, n * n % 17 * 40_000)
        return {"date": date, **figures(count, count, amount)}

    def list_orders(self, query, **_):
        return self.page(list(self.orders.values())[::-1], query, "status", "receipt")

    def one_order(self, identifier, **_):
        return OK, self.find(self.orders, identifier)

    def payments_of_order(self, identifier, query, **_):
        self.find(self.orders, identifier)
        return self.page([shown(row) for row in self.payments.values() if row["order_id"] == identifier], query)

    def cancel_order(self, identifier, **_):
        order = self.find(self.orders, identifier)
        if order["status"] == "paid":
            raise Refusal(400, "BAD_REQUEST_ERROR", "Order is already paid", reason="order_paid")
        order["status"] = "cancelled"
        return OK, order

    def list_payments(self, query, **_):
        rows = sorted(self.payments.values(), key=lambda payment: payment["created_at"], reverse=True)
        return self.page([shown(row) for row in rows], query, "status", "method", "order_id")

    def one_payment(self, identifier, **_):
        return OK, shown(self.find(self.payments, identifier))

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
        return OK, shown(payment)

    def void(self, identifier, **_):
        payment = self.find(self.payments, identifier)
        if payment["status"] != "success" or payment["captured"]:
            raise Refusal(400, "BAD_REQUEST_ERROR", "Payment not in voidable state")
        payment["status"] = "voided"
        return OK, shown(payment)

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
            "currency": payment["currency"],
            **NOT_PROCESSED,
        }
        return CREATED, {name: self.refunds[key][name] for name in NEW_REFUND}

    def list_refunds(self, query, **_):
        return self.page(list(self.refunds.values())[::-1], query, "payment_id", "status")

    def one_refund(self, identifier, **_):
        return OK, self.find(self.refunds, identifier)
