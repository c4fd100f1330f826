"""Reads the records after a scenario, and derives what must follow from them."""

from collections import Counter
from collections.abc import Collection, Iterator

from chalicelib.domain import disputes, orders, payments, refunds, settlements
from chalicelib.domain.payments import Cause, Edge, OrderEffect, State
from chalicelib.domain.webhooks import ALL_EVENTS
from infra.audit import audit
from infra.audit.snapshot import Item, Snapshot, seconds
from infra.audit.stage import Stage
from infra.books import beancount
from infra.books.check import beancounts, differences, gateways
from tests.support.emulated import STACK_NAME
from tests.torture.world import Shop, World

EXPIRED = "PAYMENT_EXPIRED"
CLOSE = 0.5  # seconds by which a deadline may be early
MADE = ("payment.created", "payment.pending")
PAYS = {OrderEffect.PAY, OrderEffect.CLAIM}

Due = Counter[tuple[str, str]]


def state(world: World, shop: Shop) -> Snapshot:
    """Reads the records. The patience is 0, because no work may be under way after world.run()."""
    return Stage(STACK_NAME, shop.id).snapshot(patience=0, now=world.clock.time)


def agree(seen: Snapshot, where: str = "") -> None:
    found = audit(seen)
    assert not found, f"{where} {found}"
    fees_are_right(seen)
    another_ledger_agrees(seen)


def fees_are_right(seen: Snapshot) -> None:
    """Checks the fees of captured payments by hand: every shop pays 2 % and 18 % tax on that, rounded half up."""
    for made in seen.payments.values():
        if made["state"] == State.CAPTURED:
            net = (int(made["amount"]) * 2 + 50) // 100
            tax = (net * 18 + 50) // 100
            assert (made["fee"], made["tax"]) == (net + tax, tax), (
                f"{made['id']} has the fee {made['fee']}, {made['tax']}"
            )


def another_ledger_agrees(seen: Snapshot) -> None:
    found = list(differences(gateways(seen.totals_after.values()), beancounts(beancount(seen.postings.values()))))
    assert not found, found


def steps_of(payment: Item, *, gave_up: bool = False) -> Iterator[Edge]:
    """Yields the edges with an event that lead to a payment's state, as far as the payment's record shows them.

    gave_up: the payment was given up before its late success. The success deletes the reason of the failure.
    """
    state, late = State(payment["state"]), bool(payment.get("late"))
    if late or state == State.FAILED:
        expired = gave_up or payment.get("error_code") == EXPIRED
        yield _edge(State.PENDING, Cause.EXPIRE if expired else Cause.DECLINE)
    before = State.FAILED if late else State.PENDING
    if state == State.CAPTURED and payment.get("auto_capture"):
        yield _edge(before, Cause.CAPTURE)
    elif state == State.VOIDED and late and payment["settled_at"] == payment["voided_at"]:
        yield _edge(State.FAILED, Cause.VOID)
    elif state in {State.AUTHORIZED, State.CAPTURED, State.VOIDED}:
        yield _edge(before, Cause.AUTHORIZE)
        yield from _decision(payment, state)


def _decision(payment: Item, state: State) -> Iterator[Edge]:
    """Yields the edge of the merchant's decision, or of the deadline that came before a decision."""
    if state == State.CAPTURED:
        yield _edge(State.AUTHORIZED, Cause.CAPTURE)
    elif state == State.VOIDED:
        within = payment.get("capture_within")
        held = seconds(payment["voided_at"]) - seconds(payment["settled_at"])
        yield _edge(State.AUTHORIZED, Cause.EXPIRE if within and held >= float(within) - CLOSE else Cause.VOID)


def _edge(source: State, cause: Cause) -> Edge:
    found = payments.edge(source, cause)
    assert found, f"there is no edge from {source} by {cause}"
    return found


def due_events(
    seen: Snapshot, wanted: Collection[str] = tuple(map(str, ALL_EVENTS)), gave_up: Collection[str] = ()
) -> Due:
    """Returns every event that a receiver of the wanted events must have got once.

    The result comes from the records and the domain's tables alone. gave_up: the payments given up before their
    late success.
    """
    due: Due = Counter()
    for made in seen.payments.values():
        taken = list(steps_of(made, gave_up=made["id"] in gave_up))
        due.update((event, made["id"]) for event in (*MADE, *(str(e) for edge in taken for e in edge.events)))
        if seen.orders[made["order_id"]].get("first_part_min") is None:
            due["order.paid", made["order_id"]] += sum(edge.order in PAYS for edge in taken)
    for given in seen.refunds.values():
        due["refund.created", given["id"]] += 1
        due.update((str(edge.event), given["id"]) for edge in refunds.EDGES if edge.target == given["status"])
    for dispute in seen.disputes.values():
        due["dispute.created", dispute["id"]] += 1
        due["dispute.under_review", dispute["id"]] += bool(dispute.get("submitted_at"))
        ended = {edge.event for edge in disputes.EDGES if edge.target == dispute["status"] and edge.movement}
        due.update((str(event), dispute["id"]) for event in ended)
    for made in seen.settlements.values():
        due.update((str(edge.event), made["id"]) for edge in settlements.EDGES if edge.target == made["status"])
    for order in seen.orders.values():
        if order.get("first_part_min") is not None:  # it is paid by its last part, and no part can be voided
            due["order.paid", order["id"]] += order["status"] == "paid"
        ends = {
            edge.event for edge in orders.EDGES if edge.target == order["status"] and edge.cause in {"expire", "cancel"}
        }
        due.update((str(event), order["id"]) for event in ends)
    return Counter({happened: number for happened, number in due.items() if happened[0] in wanted and number})
