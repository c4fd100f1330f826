"""The disputes of the gateway in memory."""

from datetime import UTC, datetime, timedelta

from tests.integration.frontend.fake_gateway import OK, Refusal, stamp
from tests.integration.frontend.fake_sandbox import FakeSandbox


class FakeDisputes(FakeSandbox):
    ROUTES = (
        *FakeSandbox.ROUTES,
        ("GET", "/disputes", "list_disputes"),
        ("GET", r"/disputes/([^/]+)", "one_dispute"),
        ("POST", r"/disputes/([^/]+)/accept", "accept"),
        ("POST", r"/disputes/([^/]+)/contest", "contest"),
    )

    def __init__(self):
        super().__init__()
        self.disputes = {}

    def add_dispute(self, payment_id, status="open", **more):
        """A dispute that can be answered for three days from now: the page counts by the browser's clock."""
        identifier = f"disp_{next(self._numbers):016d}"
        until = (datetime.now(UTC) + timedelta(days=3)).isoformat(timespec="microseconds").replace("+00:00", "Z")
        payment = self.payments[payment_id]
        self.disputes[identifier] = {
            "id": identifier, "payment_id": payment_id, "amount": payment["amount"], "currency": payment["currency"],
            "status": status, "phase": "chargeback", "reason": "goods_not_received", "respond_by": until,
            "evidence": None, "submitted_at": None, "decided_at": stamp() if status in {"won", "lost"} else None,
            "created_at": stamp(), "updated_at": stamp(), **more,
        }  # fmt: skip
        return identifier

    def list_disputes(self, query, **_):
        return self.page(list(self.disputes.values())[::-1], query, "status", "payment_id")

    def one_dispute(self, identifier, **_):
        return OK, self.find(self.disputes, identifier)

    def accept(self, identifier, **_):
        self._open(identifier).update(status="lost", decided_at=stamp())
        return OK, self.disputes[identifier]

    def contest(self, identifier, data, **_):
        self._open(identifier).update(status="under_review", evidence=data["evidence"], submitted_at=stamp())
        return OK, self.disputes[identifier]

    def _open(self, identifier):
        dispute = self.find(self.disputes, identifier)
        if dispute["status"] != "open":
            raise Refusal(400, "BAD_REQUEST_ERROR", "Dispute is not open", reason="dispute_not_open")
        return dispute
