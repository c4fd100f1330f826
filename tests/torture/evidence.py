"""What the records say after a scenario, and what must follow from them."""

from collections import Counter

from chalicelib.domain.webhooks import ALL_EVENTS
from infra.audit import audit
from infra.audit.snapshot import Snapshot
from infra.audit.stage import Stage
from tests.support.emulated import STACK_NAME
from tests.torture.world import Shop, World


def state(world: World, shop: Shop) -> Snapshot:
    """After world.run() nothing may be under way any more: the patience is none."""
    return Stage(STACK_NAME, shop.id).snapshot(patience=0, now=world.clock.time)


def agree(seen: Snapshot, where: str = "") -> None:
    found = audit(seen)
    assert not found, f"{where} {found}"


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
