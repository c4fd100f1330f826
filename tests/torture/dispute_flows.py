"""Defines the flows of disputes, and the contest of a dispute with a refund."""

from collections.abc import Callable
from typing import Any

from infra.audit.snapshot import Snapshot
from tests.torture.flow import Flow, Wish
from tests.torture.request_flows import request, with_and_without_key
from tests.torture.steps import CREATED, settled
from tests.torture.worker_flows import only, work
from tests.torture.world import Shop, World

DAY = 24 * 3600
PART = 20_000
EVIDENCE = {"summary": "delivered"}


def taken(world: World, shop: Shop) -> str:
    return settled(world, shop, capture="automatic")


def claim(payment_id: str, amount: int = PART) -> Wish:
    """Returns the request by which the payer's bank opens a dispute."""
    return Wish("POST", "/sandbox/disputes", {"payment_id": payment_id, "amount": amount}, "")


def disputed(world: World, shop: Shop) -> str:
    wish = claim(taken(world, shop))
    answer = world.call(shop, wish.method, wish.path, wish.body)
    assert answer.status == CREATED, answer
    return str(answer.body["id"])


def contested(world: World, shop: Shop) -> str:
    made = disputed(world, shop)
    answer = world.call(shop, "POST", f"/disputes/{made}/contest", {"evidence": EVIDENCE})
    assert answer.status == 200, answer
    return made


def _overdue(prepare: Callable[[World, Shop], str]) -> Callable[[World, Shop], str]:
    """Lets the dispute's deadlines pass. The dispatcher is spared the 46 days of minutes without any."""

    def late(world: World, shop: Shop) -> str:
        made = prepare(world, shop)
        world.run()
        end = world.clock.time + 46 * DAY
        for moment in [*(due for due in world.timetable.moments() if due < end), end]:
            world.clock.time = max(world.clock.time, moment)
            world.dispatch()
        return made

    return late


def _wish(verb: str, body: Any) -> Callable[[World, Shop], Wish]:
    return lambda world, shop: Wish("POST", f"/disputes/{disputed(world, shop)}/{verb}", body, f"key-{verb}")


def _answered(status: str) -> Callable[[Shop, Wish, Snapshot], None]:
    def check(_shop: Shop, wish: Wish, seen: Snapshot) -> None:
        (made,) = seen.disputes.values()
        assert made["status"] == status or not wish.acknowledged, f"disputes are {made['status']}"

    return check


def _ended(status: str) -> Callable[[Shop, Any, Any, Snapshot], None]:
    def check(_shop: Shop, _prepared: Any, _result: Any, seen: Snapshot) -> None:
        (made,) = seen.disputes.values()
        assert made["status"] == status, f"disputes are {made['status']}"

    return check


def _opened(_shop: Shop, wish: Wish, seen: Snapshot) -> None:
    promised = {answer.body["id"] for answer in wish.acknowledged}
    assert promised <= set(seen.disputes), "acknowledged and not there"


DISPUTES = [
    request("open a dispute", lambda world, shop: claim(taken(world, shop)), _opened),
    *with_and_without_key(request("accept a dispute", _wish("accept", None), _answered("lost"))),
    *with_and_without_key(
        request("contest a dispute", _wish("contest", {"evidence": EVIDENCE}), _answered("under_review"))
    ),
    Flow("lose a dispute that nobody answers", only("payments", _overdue(disputed)), work("payments"),
         check=_ended("lost")),
    Flow("win a dispute that nobody decides", only("payments", _overdue(contested)), work("payments"),
         check=_ended("won")),
]  # fmt: skip
