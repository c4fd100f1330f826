"""What a merchant and its payers do, once it has to work."""

from typing import Any

from tests.torture.world import Shop, World

AMOUNT = 50_000
CARD = {
    "number": "4111111111111111",
    "expiry_month": "12",
    "expiry_year": "2031",
    "cvv": "737",
    "holder_name": "A Buyer",
}
DECLINED = "4000000000000002"
REFUSED_AMOUNT = 13_131
CREATED = 201


def instrument(kind: str) -> dict[str, Any]:
    if kind == "upi":
        return {"method": "upi", "vpa": "success@bank"}
    if kind == "upi failing":
        return {"method": "upi", "vpa": "failure@bank"}
    return {"method": "card", "card": {**CARD, "number": DECLINED if kind == "card declined" else CARD["number"]}}


def order(world: World, shop: Shop) -> str:
    answer = world.call(shop, "POST", "/orders", {"amount": AMOUNT, "notes": {"2": "b", "1": "ä"}})
    assert answer.status == CREATED, answer
    return str(answer.body["id"])


def payment(world: World, shop: Shop, kind: str = "upi") -> str:
    answer = world.call(shop, "POST", "/payments", {"order_id": order(world, shop), **instrument(kind)})
    assert answer.status == CREATED, answer
    return str(answer.body["id"])


def settled(world: World, shop: Shop, kind: str = "upi") -> str:
    made = payment(world, shop, kind)
    world.run()
    return made


def refund(world: World, shop: Shop, amount: int = 500) -> str:
    answer = world.call(shop, "POST", f"/payments/{settled(world, shop)}/refunds", {"amount": amount})
    assert answer.status == CREATED, answer
    return str(answer.body["id"])
