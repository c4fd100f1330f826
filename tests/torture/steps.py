"""Defines what a merchant, its payers and the bank do when no call is broken."""

from datetime import UTC, datetime
from typing import Any

from tests.torture.world import NO_ANSWER, Answer, Shop, World

AMOUNT = 50_000
CARD = {
    "number": "4111111111111111",
    "expiry_month": "12",
    "expiry_year": "2099",  # a whole fault matrix moves the clock by decades
    "cvv": "737",
    "holder_name": "A Buyer",
}
DECLINED = "4000000000000002"
CHALLENGED = "4000002760003184"
REFUSED_AMOUNT = 13_131
CREATED = 201
CODE = "123456"  # the simulated bank accepts any digits

# The kinds of payments: the method, and what the bank does with the payment.
INSTRUMENTS: dict[str, dict[str, Any]] = {
    "upi": {"method": "upi", "vpa": "success@bank"},
    "upi failing": {"method": "upi", "vpa": "failure@bank"},
    "upi silent": {"method": "upi", "vpa": "silent@bank"},  # for an hour
    "upi working": {"method": "upi", "vpa": "working@bank"},  # for half a minute
    "upi late": {"method": "upi", "vpa": "late@bank"},  # declined, and approved half a minute later
    "upi flaky": {"method": "upi", "vpa": "flaky@bank"},
    "intent": {"method": "upi", "flow": "intent"},
    "qr": {"method": "upi", "flow": "qr"},
    "netbanking": {"method": "netbanking", "bank": "HDFC"},
    "card": {"method": "card", "card": CARD},
    "card declined": {"method": "card", "card": {**CARD, "number": DECLINED}},
    "card challenged": {"method": "card", "card": {**CARD, "number": CHALLENGED}},
}


def instrument(kind: str) -> dict[str, Any]:
    return INSTRUMENTS[kind]


def order(world: World, shop: Shop, script: str = "", **terms: Any) -> str:
    """Makes an order. script: what the bank does with its payments. terms: of the request; expires_in: in seconds."""
    notes = {"2": "b", "1": "ä"} | ({"simulate": script} if script else {})
    answer = world.call(shop, "POST", "/orders", {"amount": AMOUNT, "notes": notes, **_terms(world, terms)})
    assert answer.status == CREATED, answer
    return str(answer.body["id"])


def _terms(world: World, terms: dict[str, Any]) -> dict[str, Any]:
    seconds = terms.pop("expires_in", None)
    if seconds is None:
        return terms
    return terms | {"expires_at": datetime.fromtimestamp(world.clock.time + seconds, UTC).isoformat()}


def pay(world: World, shop: Shop, order_id: str, kind: str = "upi") -> str:
    answer = world.call(shop, "POST", "/payments", {"order_id": order_id, **instrument(kind)})
    assert answer.status == CREATED, answer
    return str(answer.body["id"])


def payment(world: World, shop: Shop, kind: str = "upi", script: str = "", **terms: Any) -> str:
    return pay(world, shop, order(world, shop, script, **terms), kind)


def settled(world: World, shop: Shop, kind: str = "upi", script: str = "", **terms: Any) -> str:
    made = payment(world, shop, kind, script, **terms)
    world.run()
    return made


def challenged(world: World, shop: Shop, kind: str = "card challenged", script: str = "", **terms: Any) -> str:
    """Makes a payment whose payer has been asked to act, and has not acted yet."""
    made = payment(world, shop, kind, script, **terms)
    world.work()
    return made


def refund(world: World, shop: Shop, amount: int = 500) -> str:
    answer = world.call(shop, "POST", f"/payments/{settled(world, shop)}/refunds", {"amount": amount})
    assert answer.status == CREATED, answer
    return str(answer.body["id"])


def do(world: World, shop: Shop, path: str, body: Any = None) -> Answer:
    """Makes a request of the merchant and checks its success."""
    answer = world.call(shop, "POST", path, body)
    assert answer.status in {200, CREATED}, answer
    return answer


def act(world: World, payment_id: str, action: str, code: str = "") -> None:
    """Lets the payer act. The bank notifies the gateway until the gateway accepts."""
    for headers, body in world.bank.payer_acts(payment_id, action, code):
        deliver(world, headers, body)


def deliver(world: World, headers: dict[str, str], body: bytes) -> None:
    for _ in range(5):
        if notify(world, headers, body) < 500:
            return
    raise AssertionError("the bank was never listened to")


def notify(world: World, headers: dict[str, str], body: bytes) -> int:
    """Sends one notification of the bank. Returns the status of the answer, or NO_ANSWER from a process that dies."""
    return world.survive(lambda: world.post("/bank/notifications", headers, body).status, NO_ANSWER)
