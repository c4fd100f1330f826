"""Defines the flows that move money which was taken: refunds of captured payments, by different terms."""

from collections.abc import Callable
from typing import Any

from chalicelib import queues
from chalicelib.domain import clock
from chalicelib.domain.terms import Terms
from chalicelib.persistence.merchants import Merchant
from chalicelib.services.books import terms
from chalicelib.services.books.settlements import making
from chalicelib.services.books.settlements.making import Run
from infra.audit.snapshot import Snapshot
from tests.torture.flow import Flow, Wish
from tests.torture.request_flows import check_refund, request, with_and_without_key
from tests.torture.steps import AMOUNT, CREATED, REFUSED_AMOUNT, payment, settled
from tests.torture.worker_flows import all_refunds, all_settled, only, work
from tests.torture.world import Shop, World

GENEROUS = Terms(fees_come_back=True)
STRICT = Terms(refunds_within_balance=True)
AT_ONCE = Terms(settlement_delay=0)
NET = AMOUNT - 1180  # less 2 % and the tax of 18 % on them
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


def due_settlement(agreed: Terms) -> Callable[[World, Shop], float]:
    """Takes a payment, and lets the merchant's day come. Returns that time in Unix seconds."""

    def prepare(world: World, shop: Shop) -> float:
        captured(world, shop, agreed)
        at = clock.now()
        Merchant(shop.id).change([Merchant.settle_at.set(at)], Merchant.id.exists())
        world.put("settlements", queues.encode(queues.job("settlements", shop.id, "")))
        return at

    return prepare


def made_settlement(script: str) -> Callable[[World, Shop], float]:
    """Makes a settlement of a payment. script: what the bank will do with it."""

    def prepare(world: World, shop: Shop) -> float:
        captured(world, shop, AT_ONCE)
        (made,) = making.settle(Run(shop.id, "by hand", script))
        world.put("settlements", queues.encode(queues.job("settlements", made.id, "")))
        return 0.0

    return prepare


def _settled_to(*statuses: str) -> Callable[[Shop, Any, Any, Snapshot], None]:
    """Checks the settlements, each of the whole payment, and that the next one is armed."""

    def check(shop: Shop, was_due: Any, _result: Any, seen: Snapshot) -> None:
        found = [(made["status"], int(made["amount"]), int(made["fees"])) for made in seen.settlements.values()]
        assert found == [(status, NET, AMOUNT - NET) for status in statuses], f"settlements are {found}"
        merchant = Merchant.find(shop.id)
        assert merchant is not None
        assert float(merchant.settle_at or 0) > was_due, "the next settlement is not armed"

    return check


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
    Flow("settle a merchant", only("settlements", due_settlement(AT_ONCE)), work("settlements"),
         check=_settled_to("processed")),
    Flow("settle nothing that is pending", only("settlements", due_settlement(Terms())), work("settlements"),
         check=_settled_to()),
    Flow("finish a settlement", only("settlements", made_settlement("paid")), work("settlements"),
         check=_settled_to("processed")),
    Flow("finish a settlement that the bank returns", only("settlements", made_settlement("returned")),
         work("settlements"), check=_settled_to("returned")),
]  # fmt: skip
