"""The merchant's keys, sessions, search and signature checks of the gateway in memory."""

from tests.integration.frontend.fake_gateway import CREATED, OK, stamp
from tests.integration.frontend.fake_webhooks import FakeWebhooks

SUBJECTS = ("orders", "payments", "refunds", "webhooks", "keys", "account")
SCOPES = (*(f"{subject}:{deed}" for subject in SUBJECTS for deed in ("read", "write")), "events:read", "balance:read",
          "ledger:read", "settlements:read", "disputes:read", "disputes:write")  # fmt: skip


class FakeAccount(FakeWebhooks):
    ROUTES = (
        *FakeWebhooks.ROUTES,
        ("GET", "/keys", "list_keys"),
        ("POST", "/keys", "create_key"),
        ("PATCH", r"/keys/([^/]+)", "change_key"),
        ("DELETE", r"/keys/([^/]+)", "revoke_key"),
        ("POST", "/merchants/rotate-key", "rotate_key"),
        ("DELETE", "/auth/sessions", "end_sessions"),
        ("GET", "/search", "search"),
        ("GET", "/events", "list_events"),
        ("GET", r"/events/([^/]+)", "one_event"),
        ("POST", r"/events/([^/]+)/resend", "resend"),
        ("POST", "/webhooks/verify", "verify"),
    )

    def __init__(self):
        super().__init__()
        self.api_key = "key_test_abc123"  # None: it was revoked
        self.keys = {}
        self.add_key("key_test_abc123", primary=True)
        self.search_is_complete = True
        self.events = {}

    def add_event(self, kind="payment.success", object_id="pay_0000000000000001"):
        identifier = f"evt_{next(self._numbers):020d}"
        self.events[identifier] = {
            "id": identifier, "type": kind, "object_id": object_id, "sequence": 1, "created_at": stamp(3),
            "data": {"payment": {"id": object_id, "amount": 50_000}},
        }  # fmt: skip
        return identifier

    def list_events(self, query, **_):
        status, answer = self.page(list(self.events.values())[::-1], query, "type", "object_id")
        return status, {**answer, "total": None}

    def one_event(self, identifier, **_):
        return OK, self.find(self.events, identifier)

    def resend(self, identifier, **_):
        self.find(self.events, identifier)
        delivery = {"id": self.add_webhook(), "endpoint_id": "we_0000000000000000"}
        return OK, {"id": identifier, "deliveries": [delivery]}

    def add_key(self, identifier, name="", scopes=SCOPES, **more):
        self.keys[identifier] = {
            "id": identifier, "name": name, "scopes": list(scopes), "primary": False, "created_at": stamp(),
            "last_used_at": None, "expires_at": None, **more,
        }  # fmt: skip
        return self.keys[identifier]

    def list_keys(self, query, **_):
        return self.page(list(self.keys.values()), query)

    def create_key(self, data, **_):
        key = self.add_key(f"key_{next(self._numbers):016d}", data["name"], data.get("scopes") or SCOPES)
        return CREATED, {**key, "api_key": key["id"], "api_secret": "secret_of_the_new_key"}

    def change_key(self, identifier, data, **_):
        self.find(self.keys, identifier).update(data)
        return OK, self.keys[identifier]

    def revoke_key(self, identifier, **_):
        self.find(self.keys, identifier)
        del self.keys[identifier]
        return OK, {"id": identifier, "deleted": True}

    def rotate_key(self, data, **_):  # noqa: ARG002  # what a page sends is checked against the document
        return OK, {"api_key": "key_rotated", "api_secret": "secret_rotated"}

    def end_sessions(self, **_):
        self.session_ended = True
        return OK, {"signed_out": True}

    def search(self, query, **_):
        wanted = query["q"].lower()
        rows = [*self.payments.values(), *self.orders.values()]
        found = [self._found(row, name) for row in rows if (name := self._matched(row, wanted))]
        return OK, {"data": found[:20], "looked_at": len(rows), "complete": self.search_is_complete}

    @staticmethod
    def _matched(row, wanted):
        texts = {name: row.get(name) for name in ("id", "receipt", "vpa")} | {"last4": row.get("card_last4")}
        texts |= row.get("customer") or {}
        found = next((name for name, value in texts.items() if wanted in str(value or "").lower()), None)
        return found or ("amount" if wanted == f"{row['amount'] / 100:g}" else None)

    @staticmethod
    def _found(row, matched):
        kind = "payment" if row["id"].startswith("pay_") else "order"
        shown = {name: row[name] for name in ("id", "amount", "currency", "status", "created_at")}
        return {"type": kind, "matched": matched, "refund_status": row.get("refund_status"),
                "label": row.get("receipt") or row.get("vpa"), **shown}  # fmt: skip

    def verify(self, data, **_):
        valid = data["body"] == "{}"
        told = "It is right." if valid else "The body was changed after it was signed."
        return OK, {"valid": valid, "checks": [{"name": "signature", "passed": valid, "explanation": told}]}
