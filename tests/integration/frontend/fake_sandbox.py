"""The sandbox and the books of the gateway in memory."""

from datetime import timedelta

from tests.integration.frontend.fake_account import FakeAccount
from tests.integration.frontend.fake_gateway import CREATED, NOW, OK, stamp

ACCEPTED = 202
FAULT = {"match": "POST /payments", "effect": "cut", "when": "after", "times": 1, "seconds": 10.0}
INSTRUMENTS = {
    "cards": {"4111111111111111": "approve", "4000000000000002": "decline CARD_DECLINED"},
    "vpas": {"success@upi": "approve", "late@upi": "decline PAYMENT_TIMED_OUT, then approve after 30s"},
    "upi_amounts": {201: "decline INSUFFICIENT_FUNDS"},
    "refund_amounts": {13131: "decline REFUND_FAILED"},
}


class FakeSandbox(FakeAccount):
    ROUTES = (
        *FakeAccount.ROUTES,
        ("GET", "/balance", "balance"),
        ("GET", "/ledger", "ledger"),
        ("GET", "/settlements", "list_settlements"),
        ("GET", r"/settlements/([^/]+)", "one_settlement"),
        ("GET", r"/settlements/([^/]+)/report", "settlement_report"),
        ("GET", "/sandbox/clock", "clock"),
        ("POST", "/sandbox/clock", "move_clock"),
        ("POST", "/sandbox/trigger", "trigger"),
        ("GET", "/sandbox/faults", "list_faults"),
        ("POST", "/sandbox/faults", "create_fault"),
        ("DELETE", "/sandbox/faults", "delete_faults"),
        ("GET", "/sandbox/instruments", "instruments"),
    )

    def __init__(self):
        super().__init__()
        self.balances = {}
        self.postings = {}
        self.settlements = {}
        self.offset = 0
        self.job = None
        self.pace = 0.5  # the share of a jump that one request does
        self.faults = []

    def add_posting(self, movement, object_id, **lines):
        lines["acquirer_receivable"] = -sum(lines.values())
        identifier = f"pst_{next(self._numbers):016d}"
        self.postings[identifier] = {
            "id": identifier, "movement": movement, "object_id": object_id, "currency": "INR",
            "lines": [{"account": account, "amount": amount} for account, amount in lines.items() if amount],
            "earned_on": "2026-03-14", "payment_id": "pay_0000000000000001", "created_at": stamp(5),
        }  # fmt: skip

    def add_settlement(self, status="processed", **more):
        identifier = f"setl_{next(self._numbers):016d}"
        self.settlements[identifier] = {
            "id": identifier, "amount": 77_640, "fees": 2_360, "tax": 360, "currency": "INR", "status": status,
            "utr": "SIMU0000000042" if status == "processed" else None,
            "reason": "The account is closed." if status == "returned" else None,
            "from": None, "to": stamp(), "created_at": stamp(),
            "processed_at": stamp() if status == "processed" else None, **more,
        }  # fmt: skip
        return identifier

    def list_settlements(self, query, **_):
        return self.page(list(self.settlements.values())[::-1], query, "status")

    def one_settlement(self, identifier, **_):
        return OK, self.find(self.settlements, identifier)

    def settlement_report(self, identifier, **_):
        self.find(self.settlements, identifier)
        shared = {
            "currency": "INR", "on_hold": False, "settled": True, "created_at": stamp(9), "settled_at": stamp(),
            "settlement_id": identifier, "payment_id": "pay_0000000000000001", "order_id": "order_0000000000000001",
            "order_receipt": "=receipt", "method": "upi", "card_network": None, "settlement_utr": None, "dispute_id": None,
        }  # fmt: skip
        paid = {"entity_id": "pay_0000000000000001", "type": "payment", "debit": 0, "credit": 97_640, "amount": 100_000,
                "fee": 2_360, "tax": 360, "description": "Umbrella"}  # fmt: skip
        back = {"entity_id": "rfnd_0000000000000001", "type": "refund", "debit": 20_000, "credit": 0, "amount": 20_000,
                "fee": 0, "tax": 0, "description": ""}  # fmt: skip
        return OK, {"settlement_id": identifier, "data": [{**shared, **paid}, {**shared, **back}]}

    def balance(self, **_):
        return OK, self.balances

    def ledger(self, query, **_):
        status, answer = self.page(list(self.postings.values())[::-1], query)
        return status, {name: answer[name] for name in ("data", "limit", "next_cursor")}

    def clock(self, **_):
        now = (NOW + timedelta(seconds=self.offset)).isoformat(timespec="microseconds").replace("+00:00", "Z")
        return OK, {"now": now, "offset": self.offset, "job": self.job}

    def move_clock(self, data, **_):
        if "advance" in data:
            self.job = {
                "id": "job-1",
                "from": stamp(),
                "to": stamp(-data["advance"] / 60),
                "progress": 0,
                "done": False,
            }
            self.goal = self.offset + data["advance"]
        self.job["progress"] = min(1, self.job["progress"] + self.pace)
        self.job["done"] = self.job["progress"] == 1
        if self.job["done"]:
            self.offset = self.goal
        return OK if self.job["done"] else ACCEPTED, self.clock()[1]

    def trigger(self, data, **_):
        order = self.add_order()
        return CREATED, {"event": data["event"], "order_id": order, "payment_id": self.add_payment(order)}

    def list_faults(self, **_):
        return OK, {"data": self.faults}

    def create_fault(self, data, **_):
        self.faults = [*self.faults, {**data, "id": f"flt_{next(self._numbers)}"}]
        return CREATED, self.faults[-1]

    def delete_faults(self, **_):
        deleted, self.faults = len(self.faults), []
        return OK, {"deleted": deleted}

    def instruments(self, **_):
        tables = INSTRUMENTS.items()
        return OK, {
            kind: [{"value": value, "script": script} for value, script in table.items()] for kind, table in tables
        }
