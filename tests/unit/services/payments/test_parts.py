"""An order that may be paid in parts: each part is a payment of its own, and together they never exceed the order."""

import pytest

from chalicelib.acquirers.base import Declined
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.orders import CaptureMode
from chalicelib.persistence.orders import Order
from chalicelib.services import links, orders
from chalicelib.services.links import Change, Wish
from chalicelib.services.payments import accept, records
from chalicelib.services.payments.accept import Payer
from tests.unit.services.money import body, new_order, settle, states, upi

LATER = 60


@pytest.fixture
def order(now, bank, merchant_id, sent):
    """Of 1000, whose first part is at least 300."""
    return new_order(merchant_id, capture=CaptureMode.AUTOMATIC, first_part_min=300)


def part(order, amount=None):
    return body(accept.create(order, upi(order), None, "r", public=False, payer=Payer(amount=amount)))["id"]


def paid(order, amount):
    """Pays a part, and returns the order as it is then."""
    settle(part(order, amount))
    return orders.find(order.id)


def money(order):
    found = orders.find(order.id)
    return found.status, found.amount_paid, found.live_payment_id


def test_an_order_is_paid_once_its_parts_make_up_its_amount(order):
    order = paid(order, 400)
    assert money(order) == ("attempted", 400, None)
    order = paid(order, 100)
    assert money(order) == ("attempted", 500, None)
    order = paid(order, None)
    assert money(order) == ("paid", 1000, None)
    assert [records.find(each).amount for each in order.payment_ids] == [400, 100, 500]
    assert {records.find(each).state for each in order.payment_ids} == {"captured"}


def test_the_order_tells_that_it_is_paid_with_its_last_part_only(order):
    order = paid(order, 400)
    assert order.sequence is None
    assert paid(order, 600).sequence == 1


@pytest.mark.parametrize(("amount", "sentence"), [(1001, "greater than the amount due"), (299, "at least 300")])
def test_a_first_part_has_its_least_amount_and_no_part_exceeds_what_is_due(order, amount, sentence):
    with pytest.raises(BadRequest, match=sentence):
        part(order, amount)
    assert orders.find(order.id).attempts == 0


def test_all_that_is_due_is_enough_however_little(order):
    order = paid(order, 950)
    with pytest.raises(BadRequest, match="at least 50"):
        part(order, 49)
    assert money(paid(order, 50)) == ("paid", 1000, None)


def test_a_part_that_is_refused_pays_nothing(order, bank):
    order = paid(order, 400)
    refused = part(order, 600)
    bank.says(refused, Declined("CARD_DECLINED"))
    settle(refused)
    assert money(order) == ("attempted", 400, None)
    assert money(paid(orders.find(order.id), 600)) == ("paid", 1000, None)


def test_two_parts_are_not_under_way_at_once(order):
    part(order, 300)
    with pytest.raises(BadRequest, match="in progress"):
        part(orders.find(order.id), 300)


def late(order, bank, now, amount):
    """The id of a part that its bank refused, and of which there is another answer now."""
    payment_id = part(order, amount)
    bank.says(payment_id, Declined("PAYMENT_TIMED_OUT", LATER))
    settle(payment_id)
    now[0] += LATER
    return payment_id


def test_a_late_part_is_taken_if_the_order_has_room_for_it(order, bank, now):
    refused = late(order, bank, now, 400)
    order = paid(orders.find(order.id), 600)
    settle(refused)
    assert states(refused) == ["captured"]
    assert money(order) == ("paid", 1000, None)


def test_a_late_part_that_is_more_than_what_is_due_is_given_back(order, bank, now):
    refused = late(order, bank, now, 500)
    order = paid(orders.find(order.id), 600)
    settle(refused)
    assert states(refused) == ["voided"]
    assert money(order) == ("attempted", 600, None)


def test_a_late_part_is_given_back_while_another_is_under_way(order, bank, now):
    refused = late(order, bank, now, 400)
    other = part(orders.find(order.id), 400)
    settle(refused)
    assert states(refused) == ["voided"]
    assert money(order) == ("attempted", 0, other)


def test_a_part_is_refused_if_a_late_one_was_paid_since_the_order_was_read(order, bank, now):
    refused = late(order, bank, now, 600)
    read_before = orders.find(order.id)
    settle(refused)
    with pytest.raises(BadRequest):
        part(read_before, 600)
    assert money(order) == ("attempted", 600, None)


def test_a_late_part_never_exceeds_the_order_though_it_was_read_before_the_others(order, bank, now, monkeypatch):
    refused = late(order, bank, now, 500)
    read_before = orders.find(order.id)
    paid(orders.find(order.id), 600)
    with monkeypatch.context() as patch:
        patch.setattr(Order, "find_many", lambda _: {order.id: read_before})
        settle(refused)
    assert states(refused) == ["voided"]
    assert money(order) == ("attempted", 600, None)


def test_an_order_that_is_partly_paid_is_not_cancelled(order, merchant_id, monkeypatch):
    read_before = orders.find(order.id)
    paid(order, 300)
    with pytest.raises(BadRequest, match="partly paid"):
        orders.cancel(merchant_id, order.id, None, "r")
    real, stale = orders.find, [read_before]
    monkeypatch.setattr(orders, "find", lambda *key: stale.pop() if stale else real(*key))
    with pytest.raises(BadRequest, match="partly paid"):
        orders.cancel(merchant_id, order.id, None, "r")
    assert money(order) == ("attempted", 300, None)


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ({"capture": CaptureMode.MANUAL, "first_part_min": 100}, "captured automatically"),
        ({"capture": CaptureMode.AUTOMATIC, "first_part_min": 99}, "first part"),
        ({"capture": CaptureMode.AUTOMATIC, "first_part_min": 1001}, "first part"),
    ],
)
def test_parts_are_captured_at_once_and_fit_into_the_order(now, merchant_id, sent, terms, sentence):
    with pytest.raises(BadRequest, match=sentence):
        new_order(merchant_id, **terms)


def test_another_order_takes_its_whole_amount_whatever_the_payers_page_says(now, bank, merchant_id, sent):
    order = new_order(merchant_id)
    assert records.find(part(order, 300)).amount == 1000


@pytest.fixture
def link(now, bank, merchant_id, sent):
    terms = orders.Terms(1000, "INR", None, {}, CaptureMode.AUTOMATIC, None, None, None, None, None)
    return links.create(merchant_id, terms, Wish(), "r")


def test_a_link_takes_parts_once_its_merchant_allows_them(link, merchant_id):
    links.change(merchant_id, link.id, Change(accept_partial=True), "r")
    assert money(paid(orders.find(link.order_id), 400)) == ("attempted", 400, None)


def test_a_link_that_was_tried_keeps_to_what_it_takes(link, merchant_id):
    part(orders.find(link.order_id))
    with pytest.raises(BadRequest, match="before a payment"):
        links.change(merchant_id, link.id, Change(accept_partial=True), "r")
    assert orders.find(link.order_id).first_part_min is None
