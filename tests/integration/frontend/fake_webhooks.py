"""Webhooks, their endpoints and dead letters of the gateway in memory."""

from tests.integration.frontend.fake_gateway import CREATED, OK, FakeGateway, Refusal, stamp

PRIMARY = "we_0000000000000000"
# What the list of webhooks leaves out.
DETAILS = {"url", "attempts_log", "payload", "response_body", "event_id"}


class FakeWebhooks(FakeGateway):
    ROUTES = (
        *FakeGateway.ROUTES,
        ("PUT", "/merchants/webhook", "set_webhook"),
        ("POST", "/merchants/webhook/regenerate-secret", "regenerate"),
        ("POST", "/merchants/webhook/test", "test_webhook"),
        ("GET", "/webhooks", "list_webhooks"),
        ("GET", r"/webhooks/([^/]+)", "one_webhook"),
        ("POST", r"/webhooks/([^/]+)/retry", "retry"),
        ("GET", "/webhook-endpoints", "list_endpoints"),
        ("POST", "/webhook-endpoints", "create_endpoint"),
        ("GET", r"/webhook-endpoints/([^/]+)", "one_endpoint"),
        ("PATCH", r"/webhook-endpoints/([^/]+)", "change_endpoint"),
        ("DELETE", r"/webhook-endpoints/([^/]+)", "delete_endpoint"),
        ("POST", r"/webhook-endpoints/([^/]+)/rotate-secret", "rotate"),
        ("POST", r"/webhook-endpoints/([^/]+)/reveal-secret", "reveal_secret"),
        ("POST", r"/webhook-endpoints/([^/]+)/test", "test_endpoint"),
        ("POST", r"/webhook-endpoints/([^/]+)/replay", "replay"),
        ("GET", "/dead-letters", "list_dead_letters"),
        ("POST", "/dead-letters/redrive", "redrive"),
    )

    def __init__(self):
        super().__init__()
        self.webhook_url = None
        self.webhooks = {}
        self.endpoints = {}
        self.dead_letters = []
        self.rounds_of_replay = 1
        self.look = 500
        self.replays_allowed = 10

    # What a test arranges.

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
            "endpoint_id": PRIMARY,
            "object_id": "pay_0000000000000001",
            "created_at": stamp(6),
            "last_attempt_at": stamp(5),
            "next_retry_at": None,
            "response_code": 500 if failed else 200,
            "url": "https://shop.example/hooks",
            "attempts_log": log,
            "payload": '{"id":"evt_1","event":"payment.success","timestamp":1773480600,"sequence":3,'
            '"data":{"payment":{"id":"pay_1"}}}',
            "event_id": "evt_00000000000000000000",
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
            "format": "native",
            "previous_secret_expires_at": None,
            "created_at": stamp(),
            "updated_at": stamp(),
            **more,
        }
        return identifier

    # What the dashboard asks.

    def page(self, rows, query, *filters):
        """A request looks at some rows, and says by its cursor where the next one goes on."""
        chosen = {name: query[name] for name in filters if query.get(name) is not None}
        matches = [all(row[name] == value for name, value in chosen.items()) for row in rows]
        start, limit = int(query.get("cursor", 0)), int(query.get("limit", 10))
        found = [place for place in range(start, min(start + self.look, len(rows))) if matches[place]][:limit]
        stop = found[-1] + 1 if len(found) == limit else start + self.look
        return OK, {
            "data": [rows[place] for place in found],
            "total": sum(matches) if not chosen or len(rows) <= self.look else None,
            "limit": limit,
            "offset": start,
            "next_cursor": str(stop) if stop < len(rows) else None,
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
        return OK, self._scheduled_test()

    def test_endpoint(self, *_, **__):
        return OK, self._scheduled_test()

    def _scheduled_test(self):
        identifier = self.add_webhook("webhook.test")
        return {"id": identifier, "status": "pending", "message": "Test scheduled", "event": "webhook.test"}

    def list_webhooks(self, query, **_):
        rows = [{name: row[name] for name in row if name not in DETAILS} for row in self.webhooks.values()]
        return self.page(rows[::-1], query, "status", "event", "endpoint_id", "object_id")

    def one_webhook(self, identifier, **_):
        return OK, self.find(self.webhooks, identifier)

    def retry(self, identifier, **_):
        self.find(self.webhooks, identifier).update(status="pending", attempts=0)
        return OK, {"id": identifier, "status": "pending", "message": "Webhook retry scheduled"}

    def list_endpoints(self, query, **_):
        return self.page(list(self.endpoints.values()), query)

    def one_endpoint(self, identifier, **_):
        return OK, self.find(self.endpoints, identifier)

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

    def reveal_secret(self, identifier, **_):
        return OK, {"id": identifier, "secret": "whsec_cm90YXRlZA=="}

    def replay(self, identifier, **_):
        self.replays_allowed -= 1
        if self.replays_allowed < 0:
            raise Refusal(429, "RATE_LIMIT_ERROR", "Too many requests")
        self.rounds_of_replay -= 1
        return OK, {"id": identifier, "replayed": 3, "more": self.rounds_of_replay > 0}

    def list_dead_letters(self, **_):
        return OK, {"data": self.dead_letters, "total": len(self.dead_letters)}

    def redrive(self, data, **_):
        before = len(self.dead_letters)
        self.dead_letters = [letter for letter in self.dead_letters if letter["queue"] != data["queue"]]
        return OK, {"queue": data["queue"], "redriven": before - len(self.dead_letters)}
