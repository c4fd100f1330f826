"""The flows that faults are injected into: what happens before, what is broken, how everyone recovers, what must hold then."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.domain.errors import Forbidden
from chalicelib.domain.webhooks import ALL_EVENTS, delivery_id
from chalicelib.services import merchants
from infra.audit import Stage
from infra.audit_rules import Snapshot
from tests.support.emulated import STACK_NAME
from tests.torture.faults import Killed
from tests.torture.world import Answer, Shop, World

AMOUNT = 50_000
ONE_EVENT = ("payment.success",)
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


def state(world: World, shop: Shop) -> Snapshot:
    """After world.run() nothing may be under way any more: the patience is none."""
    return Stage(STACK_NAME, shop.id).snapshot(patience=0, now=world.clock.time)


def due_events(seen: Snapshot, wanted: tuple[str, ...] = tuple(map(str, ALL_EVENTS))) -> Counter[tuple[str, str]]:
    """Every event that a receiver of the wanted ones must have got once, from the records alone."""
    due: Counter[tuple[str, str]] = Counter()
    for made in seen.payments.values():
        due.update((f"payment.{name}", made["id"]) for name in ("created", "pending"))
        if made["status"] != "pending":
            due[f"payment.{made['status']}", made["id"]] += 1
        if made["status"] == "success":
            due["order.paid", made["order_id"]] += 1
        if made["captured"]:
            due["payment.captured", made["id"]] += 1
    for given in seen.refunds.values():
        due["refund.created", given["id"]] += 1
        if given["status"] == "processed":
            due["refund.processed", given["id"]] += 1
    return Counter({happened: number for happened, number in due.items() if happened[0] in wanted})


@dataclass
class Flow:
    """prepare runs unbroken and returns what the others need; act is what is recorded and broken."""

    name: str
    prepare: Callable[[World, Shop], Any]
    act: Callable[[World, Shop, Any], Any]
    recover: Callable[[World, Shop, Any, Any], None] = lambda *_: None
    check: Callable[[Shop, Any, Any, Snapshot], None] = lambda *_: None
    extra_events: Callable[[Shop, Any, Snapshot], Counter[tuple[str, str]]] = lambda *_: Counter()
    script: Callable[[int], int] | None = None
    events: tuple[str, ...] = tuple(map(str, ALL_EVENTS))


@dataclass
class Wish:
    """A request, and every answer it got."""

    method: str
    path: str
    body: Any
    key: str
    answers: list[Answer] = field(default_factory=list)

    def send(self, world: World, shop: Shop) -> None:
        self.answers.append(world.ask(shop, self.method, self.path, self.body, self.key))

    @property
    def acknowledged(self) -> list[Answer]:
        return [answer for answer in self.answers if 200 <= answer.status < 300]


def _act_request(world: World, shop: Shop, wish: Wish) -> None:
    wish.send(world, shop)


def _recover_request(world: World, shop: Shop, wish: Wish, _: Any) -> None:
    """With a key the client asks again until it knows, and once more."""
    if wish.key:
        wish.answers.append(world.insist(shop, wish.method, wish.path, wish.body, wish.key))
        wish.send(world, shop)


def _check_answers(wish: Wish) -> None:
    good = wish.acknowledged
    if wish.key:
        assert wish.answers[-1] in good, wish.answers
        assert len({answer.text for answer in good}) == 1, "one key, different answers"
        assert wish.answers[-1].headers.get("Idempotent-Replayed") == "true"
    for answer in wish.answers:
        assert answer.status in {0, 200, CREATED, 500, 503}, answer


def request(
    name: str,
    prepare: Callable[[World, Shop], Wish],
    check: Callable[[Shop, Wish, Snapshot], None],
    **more: Any,
) -> Flow:
    def check_all(shop: Shop, wish: Wish, _: Any, seen: Snapshot) -> None:
        _check_answers(wish)
        check(shop, wish, seen)

    return Flow(name, prepare, _act_request, _recover_request, check_all, **more)


def with_and_without_key(flow: Flow) -> list[Flow]:
    def keyless(world: World, shop: Shop) -> Wish:
        return replace(flow.prepare(world, shop), key="")

    return [replace(flow, name=f"{flow.name} with a key"), replace(flow, name=f"{flow.name}, no key", prepare=keyless)]


# ---------------------------------------------------------------- requests


def _in_force(made: dict[str, Any], wish: Wish, *, exactly: bool) -> None:
    """One object and no more; without a key perhaps one that nobody was told of."""
    promised = {answer.body["id"] for answer in wish.acknowledged}
    assert promised <= set(made), "acknowledged and not there"
    assert len(made) == 1 if exactly or promised else len(made) <= 1, f"{len(made)} objects for one request"


def _wish_order(_world: World, _shop: Shop) -> Wish:
    return Wish("POST", "/orders", {"amount": AMOUNT}, "key-order")


def _check_order(_shop: Shop, wish: Wish, seen: Snapshot) -> None:
    _in_force(dict(seen.orders), wish, exactly=bool(wish.key))


def _wish_payment(kind: str) -> Callable[[World, Shop], Wish]:
    def prepare(world: World, shop: Shop) -> Wish:
        return Wish("POST", "/payments", {"order_id": order(world, shop), **instrument(kind)}, "key-payment")

    return prepare


def _wish_public_payment(world: World, shop: Shop) -> Wish:
    body = {"order_id": order(world, shop), "key": shop.made.pair.key, **instrument("upi")}
    return Wish("POST", "/payments/public", body, "key-public")


def _check_payment(_shop: Shop, wish: Wish, seen: Snapshot) -> None:
    _in_force(dict(seen.payments), wish, exactly=bool(wish.key))
    assert all(made["status"] in {"success", "failed"} for made in seen.payments.values())


def _wish_capture(world: World, shop: Shop) -> Wish:
    return Wish("POST", f"/payments/{settled(world, shop)}/capture", {"amount": AMOUNT}, "key-capture")


def _check_capture(_shop: Shop, wish: Wish, seen: Snapshot) -> None:
    (made,) = seen.payments.values()
    assert made["captured"] or not wish.acknowledged


def _wish_refund(body: dict[str, Any]) -> Callable[[World, Shop], Wish]:
    def prepare(world: World, shop: Shop) -> Wish:
        return Wish("POST", f"/payments/{settled(world, shop, 'card')}/refunds", body, "key-refund")

    return prepare


def _check_refund(_shop: Shop, wish: Wish, seen: Snapshot) -> None:
    _in_force(dict(seen.refunds), wish, exactly=bool(wish.key))


REQUESTS = [
    flow
    for base in (
        request("create an order", _wish_order, _check_order),
        request("pay by UPI", _wish_payment("upi"), _check_payment),
        request("pay by card", _wish_payment("card"), _check_payment),
        request("pay at the checkout", _wish_public_payment, _check_payment),
        request("capture", _wish_capture, _check_capture),
        request("refund all", _wish_refund({}), _check_refund),
        request("refund a part", _wish_refund({"amount": 700, "reason": "torn"}), _check_refund),
    )
    for flow in with_and_without_key(base)
]


# ---------------------------------------------------------------- workers


def work(queue: str) -> Callable[[World, Shop, Any], None]:
    """Handles what lies in a queue, once; a worker that dies is started again by recovery."""

    def act(world: World, _shop: Shop, _: Any) -> None:
        try:
            while world.step(queue):
                pass
        except Killed:
            world.restart()

    return act


def _only(queue: str, prepare: Callable[[World, Shop], Any]) -> Callable[[World, Shop], Any]:
    """What other queues hold is handled before."""

    def quiet(world: World, shop: Shop) -> Any:
        prepared = prepare(world, shop)
        for other in {"payments", "refunds", "deliveries"} - {queue}:
            while world.step(other):
                pass
        return prepared

    return quiet


def _work_through(queue: str) -> Callable[[World, Shop, Any], None]:
    """As work, and over the waits between attempts."""

    def act(world: World, shop: Shop, prepared: Any) -> None:
        for _ in range(6):
            work(queue)(world, shop, prepared)
            world.clock.time += 30

    return act


def _all_settled(status: str) -> Callable[[Shop, Any, Any, Snapshot], None]:
    def check(_shop: Shop, _prepared: Any, _result: Any, seen: Snapshot) -> None:
        assert {made["status"] for made in seen.payments.values()} == {status}

    return check


def _all_refunds(status: str, left: int) -> Callable[[Shop, Any, Any, Snapshot], None]:
    def check(_shop: Shop, _prepared: Any, _result: Any, seen: Snapshot) -> None:
        assert {given["status"] for given in seen.refunds.values()} == {status}
        assert {made["amount_refunded"] for made in seen.payments.values()} == {left}

    return check


def _several(world: World, shop: Shop) -> list[str]:
    return [payment(world, shop, kind) for kind in ("upi", "card", "upi failing", "card declined")]


def _deliveries_waiting(world: World, shop: Shop) -> str:
    made = payment(world, shop)
    while world.step("payments"):
        pass
    return made


WORKERS = [
    Flow("settle a UPI payment", _only("payments", payment), work("payments"), check=_all_settled("success")),
    Flow("settle a card payment", _only("payments", lambda w, s: payment(w, s, "card")), work("payments"),
         check=_all_settled("success")),
    Flow("settle a payment that fails", _only("payments", lambda w, s: payment(w, s, "upi failing")),
         work("payments"), check=_all_settled("failed")),
    Flow("settle a batch", _only("payments", _several), work("payments")),
    Flow("finish a refund", _only("refunds", refund), work("refunds"), check=_all_refunds("processed", 500)),
    Flow("finish a refund that the bank refuses", _only("refunds", lambda w, s: refund(w, s, REFUSED_AMOUNT)),
         work("refunds"), check=_all_refunds("failed", 0)),
    # One webhook, so that the order of calls is one: several are delivered by as many threads.
    Flow("deliver", _deliveries_waiting, work("deliveries"), events=ONE_EVENT),
    Flow("deliver to a receiver that fails at first", _deliveries_waiting, _work_through("deliveries"), events=ONE_EVENT,
         script=lambda n: 500 if n <= 3 else 200),
]  # fmt: skip


# ---------------------------------------------------------------- webhooks and secrets


def _failed_delivery(world: World, shop: Shop) -> str:
    """payment.success failed five times; from now on the receiver is well."""
    world.receiver.scripts[shop.path] = lambda _: 500
    made = settled(world, shop)
    del world.receiver.scripts[shop.path]
    return delivery_id(made, "payment.success", shop.endpoint_id)


def _wish_retry(world: World, shop: Shop) -> Wish:
    failed = _failed_delivery(world, shop)
    return Wish("POST", f"/webhooks/{failed}/retry", None, "")


def _wish_replay(world: World, shop: Shop) -> Wish:
    _failed_delivery(world, shop)
    return Wish("POST", f"/webhook-endpoints/{shop.endpoint_id}/replay", {}, "")


def _insist_on_retry(world: World, shop: Shop, wish: Wish, _: Any) -> None:
    """Without a key: asking for a retry again does no harm, so the merchant does."""
    while not wish.acknowledged:
        assert len(wish.answers) < 5, wish.answers
        wish.send(world, shop)


def _check_retried(shop: Shop, wish: Wish, _result: Any, seen: Snapshot) -> None:
    wanted = wish.path.split("/")[2] if "retry" in wish.path else None
    for one in seen.deliveries.values():
        expected = "success" if wanted in {None, one["id"]} else "failed"
        assert one["status"] == expected, one


def _not_retried(_shop: Shop, wish: Wish, seen: Snapshot) -> Counter[tuple[str, str]]:
    """Those that failed and were not asked for again are not due."""
    failed = [one for one in seen.deliveries.values() if one["status"] == "failed"]
    return Counter({(one["event"], one["object_id"]): -1 for one in failed})


def _wish_test(_world: World, shop: Shop) -> Wish:
    return Wish("POST", f"/webhook-endpoints/{shop.endpoint_id}/test", None, "")


def _test_events(shop: Shop, wish: Wish, seen: Snapshot) -> Counter[tuple[str, str]]:
    made = [one for one in seen.deliveries.values() if one["event"] == "webhook.test"]
    assert len(made) >= len(wish.acknowledged)
    return Counter({("webhook.test", shop.endpoint_id): len(made)})


def _wish_rotation(world: World, shop: Shop) -> Wish:
    settled(world, shop)
    return Wish("POST", f"/webhook-endpoints/{shop.endpoint_id}/rotate-secret", None, "")


def _pay_after_rotation(world: World, shop: Shop, wish: Wish, _: Any) -> None:
    _insist_on_retry(world, shop, wish, _)
    world.run()
    settled(world, shop)
    last = world.receiver.arrivals[shop.path][-1]
    assert last.is_signed_with(wish.acknowledged[-1].body["secret"]), "the secret that was shown does not sign"
    assert last.is_signed_with(shop.made.webhook_secret), "the secret before does not sign any more"


def _wish_key_rotation(_world: World, _shop: Shop) -> Wish:
    return Wish("POST", "/merchants/rotate-key", None, "")


def _pay_with_both_keys(world: World, shop: Shop, wish: Wish, _: Any) -> None:
    """Where the answer got lost, the pair before may not ask again, and the dashboard shows the new one."""
    while not (wish.acknowledged or wish.answers[-1].status == Forbidden.status):
        assert len(wish.answers) < 5, wish.answers
        wish.send(world, shop)
    new = merchants.reveal(shop.id)
    pair = replace(shop.made.pair, key=new["api_key"], secret=new["api_secret"])
    for shopper in (shop, replace(shop, made=replace(shop.made, pair=pair))):
        assert world.call(shopper, "GET", "/merchants/profile").status == 200


EXTRAS = [
    Flow("retry a webhook", _wish_retry, _act_request, _insist_on_retry, _check_retried, _not_retried),
    Flow("replay failed webhooks", _wish_replay, _act_request, _insist_on_retry, _check_retried),
    Flow("send a test webhook", _wish_test, _act_request, extra_events=_test_events),
    Flow("rotate a webhook secret", _wish_rotation, _act_request, _pay_after_rotation),
    Flow("rotate an API key", _wish_key_rotation, _act_request, _pay_with_both_keys),
]

FLOWS = REQUESTS + WORKERS + EXTRAS
