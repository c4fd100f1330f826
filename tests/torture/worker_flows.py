"""Defines the flows of the functions and their messages."""

from collections.abc import Callable
from typing import Any

from infra.audit.snapshot import Snapshot
from tests.torture.faults import Killed
from tests.torture.flow import Flow
from tests.torture.steps import REFUSED_AMOUNT, payment, refund
from tests.torture.world import Shop, World

ONE_EVENT = ("payment.success",)
SLOW_REFUND_AMOUNT = 2_468  # the bank works on it for half a minute


def work(queue: str) -> Callable[[World, Shop, Any], None]:
    """Handles a queue's messages once. Recovery restarts a worker that dies."""

    def act(world: World, _shop: Shop, _: Any) -> None:
        try:
            while world.step(queue):
                pass
        except Killed:
            world.restart()

    return act


def only(queue: str, prepare: Callable[[World, Shop], Any]) -> Callable[[World, Shop], Any]:
    """Handles the messages of other queues first."""

    def quiet(world: World, shop: Shop) -> Any:
        prepared = prepare(world, shop)
        for other in ("payments", "refunds", "settlements", "deliveries"):
            if other != queue:
                world.work(other)
        return prepared

    return quiet


def _work_through(queue: str) -> Callable[[World, Shop, Any], None]:
    """Handles messages as work does, and passes the waits between attempts."""

    def act(world: World, shop: Shop, prepared: Any) -> None:
        for _ in range(6):
            work(queue)(world, shop, prepared)
            world.clock.time += 30

    return act


def all_settled(*expected: str) -> Callable[[Shop, Any, Any, Snapshot], None]:
    """Checks the states of all payments: `expected` lists the state of every payment."""

    def check(_shop: Shop, _prepared: Any, _result: Any, seen: Snapshot) -> None:
        states = sorted(made["state"] for made in seen.payments.values())
        assert states == sorted(expected), f"payments are {states}"

    return check


def all_refunds(status: str, left: int) -> Callable[[Shop, Any, Any, Snapshot], None]:
    def check(_shop: Shop, _prepared: Any, _result: Any, seen: Snapshot) -> None:
        statuses = {given["status"] for given in seen.refunds.values()}
        assert statuses == {status}, f"refunds are {statuses}"
        amounts = {made["amount_refunded"] for made in seen.payments.values()}
        assert amounts == {left}, f"payments count as refunded {amounts}"

    return check


def _several(world: World, shop: Shop) -> list[str]:
    return [payment(world, shop, kind) for kind in ("upi", "card", "upi failing", "card declined")]


def _deliveries_waiting(world: World, shop: Shop) -> str:
    made = payment(world, shop)
    world.work("payments")
    return made


def _slow_refund(world: World, shop: Shop) -> str:
    return refund(world, shop, SLOW_REFUND_AMOUNT)


WORKERS = [
    Flow("settle a UPI payment", only("payments", payment), work("payments"), check=all_settled("authorized")),
    Flow("settle a card payment", only("payments", lambda w, s: payment(w, s, "card")), work("payments"),
         check=all_settled("authorized")),
    Flow("settle a payment that fails", only("payments", lambda w, s: payment(w, s, "upi failing")),
         work("payments"), check=all_settled("failed")),
    Flow("settle a payment that is captured at once",
         only("payments", lambda w, s: payment(w, s, "card", capture="automatic")), work("payments"),
         check=all_settled("captured")),
    Flow("settle a batch", only("payments", _several), work("payments")),
    Flow("finish a refund", only("refunds", refund), work("refunds"), check=all_refunds("processed", 500)),
    Flow("finish a refund that the bank refuses", only("refunds", lambda w, s: refund(w, s, REFUSED_AMOUNT)),
         work("refunds"), check=all_refunds("failed", 0)),
    Flow("finish a refund that the bank takes its time for", only("refunds", _slow_refund), _work_through("refunds"),
         check=all_refunds("processed", SLOW_REFUND_AMOUNT)),
    Flow("finish a refund of which the bank is silent", only("refunds", refund), work("refunds"),
         check=all_refunds("processed", 500), bank="silent"),
    # There is one webhook, so that calls have one order: several webhooks are delivered by as many threads.
    Flow("deliver", _deliveries_waiting, work("deliveries"), events=ONE_EVENT),
    Flow("deliver to a receiver that fails at first", _deliveries_waiting, _work_through("deliveries"), events=ONE_EVENT,
         script=lambda n: 500 if n <= 3 else 200),
]  # fmt: skip
