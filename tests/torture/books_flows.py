"""Defines the flows that move money which was taken: refunds of captured payments, by different terms."""

from collections.abc import Callable
from typing import Any

from chalicelib.domain.terms import Terms
from chalicelib.services.books import terms
from infra.audit.snapshot import Snapshot
from tests.torture.flow import Flow, Wish
from tests.torture.request_flows import check_refund, request, with_and_without_key
from tests.torture.steps import AMOUNT, CREATED, REFUSED_AMOUNT, payment, settled
from tests.torture.worker_flows import all_refunds, all_settled, only, work
from tests.torture.world import Shop, World

GENEROUS = Terms(fees_come_back=True)
STRICT = Terms(refunds_within_balance=True)
THIRD = 16_666
ODD = 4_777  # 2 % of it are 95.54, and 18 % of 96 are 17.28


def captured(world: World, shop: Shop, agreed: Terms) -> str:
    terms.agree(shop.id, agreed)
    return settled(world, shop, "card", capture="automatic")


def _wish(agreed: Terms, amount: int) -> Callable[[World, Shop], Wish]:
    def prepare(world: World, shop: Shop) -> Wish:
        return Wish("POST", f"/payments/{captured(world, shop, agreed)}/refunds", {"amount": amount}, "key-refund")

    return prepare


def refunded(agreed: Terms, *amounts: int) -> Callable[[World, Shop], str]:
    """Refunds a captured payment in these parts."""

    def prepare(world: World, shop: Shop) -> str:
        made = captured(world, shop, agreed)
        for amount in amounts:
            answer = world.call(shop, "POST", f"/payments/{made}/refunds", {"amount": amount})
            assert answer.status == CREATED, answer
        return made

    return prepare


def _whole_fee_came_back(shop: Shop, prepared: Any, result: Any, seen: Snapshot) -> None:
    all_refunds("processed", AMOUNT)(shop, prepared, result, seen)
    (made,) = seen.payments.values()
    assert (made["fee_returned"], made["tax_returned"]) == (made["fee"], made["tax"]), "not the whole fee came back"


BOOKS = [
    Flow("settle an odd amount that is captured at once",
         only("payments", lambda w, s: payment(w, s, "upi", capture="automatic", amount=ODD)), work("payments"),
         check=all_settled("captured")),
    *with_and_without_key(request("refund what was captured", _wish(Terms(), AMOUNT), check_refund)),
    *with_and_without_key(request("refund within the balance", _wish(STRICT, THIRD), check_refund)),
    *with_and_without_key(request("refund with its fee", _wish(GENEROUS, THIRD), check_refund)),
    Flow("finish a refund of what was captured", only("refunds", refunded(Terms(), THIRD)), work("refunds"),
         check=all_refunds("processed", THIRD)),
    Flow("finish a refund with its fee that the bank refuses", only("refunds", refunded(GENEROUS, REFUSED_AMOUNT)),
         work("refunds"), check=all_refunds("failed", 0)),
    Flow("finish refunds in thirds with their fees",
         only("refunds", refunded(GENEROUS, THIRD, THIRD, AMOUNT - 2 * THIRD)), work("refunds"),
         check=_whole_fee_came_back),
]  # fmt: skip
