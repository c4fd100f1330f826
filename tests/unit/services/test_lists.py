"""What lists show while an index is behind its table."""

from uuid import uuid4

import pytest

from chalicelib.domain import clock
from chalicelib.domain.payments import FACES, PaymentStatus, State
from chalicelib.persistence import listing
from chalicelib.persistence.listing import Listing, Wanted
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.totals import Total
from chalicelib.services import lists

MINUTE = 60
INSTRUMENT = {"method": "upi", "vpa": "user@paytm"}


@pytest.fixture
def merchant(tables):
    return str(uuid4())


def put(merchant_id, state=State.AUTHORIZED, age=0.0, order_id="order_x"):
    created = clock.iso(clock.now() - age)
    payment = Payment(
        f"pay_{uuid4().hex[:16]}", order_id=order_id, merchant_id=merchant_id, amount=100, currency="INR", method="upi",
        instrument=INSTRUMENT, state=state, amount_refunded=0, created_at=created, updated_at=created,
    )  # fmt: skip
    payment.keep()
    return payment.id


@pytest.fixture
def old_index(monkeypatch):
    """It still has every row for pending."""
    monkeypatch.setattr(Listing, "_filter", lambda *_: None)


def pending(merchant_id, **how):
    return lists.list_payments(Wanted(merchant_id, 2, facets={"status": "pending"}, **how))


def test_a_payment_that_has_settled_since_is_not_shown_as_pending(merchant, old_index):
    put(merchant)
    waiting = put(merchant, State.PENDING)
    assert [row["id"] for row in pending(merchant)["data"]] == [waiting]


def test_pages_go_on_behind_rows_that_are_no_longer_wanted(merchant, old_index):
    waiting = put(merchant, State.PENDING, age=3)
    for _ in range(2):
        put(merchant)
    first = pending(merchant)
    assert first["data"] == []
    assert [row["id"] for row in pending(merchant, cursor=first["next_cursor"])["data"]] == [waiting]


def test_a_row_that_its_index_shows_two_minutes_late_is_counted(merchant, monkeypatch):
    monkeypatch.setattr(listing, "ADVANCE_AFTER", 0)
    put(merchant, age=10 * MINUTE)
    assert lists.list_payments(Wanted(merchant, 1))["total"] == 1
    put(merchant, age=2 * MINUTE)
    assert lists.list_payments(Wanted(merchant, 1))["total"] == 2


def listed(view):
    return {row["id"] for row in view["data"]}


@pytest.mark.parametrize("status", PaymentStatus)
def test_a_status_finds_the_payments_in_every_state_behind_it(merchant, status):
    ids = {state: put(merchant, state) for state in State}
    facets = {"status": status, "method": "upi"}

    found = lists.list_payments(Wanted(merchant, 10, facets=facets))

    assert listed(found) == {ids[state] for state, face in FACES.items() if face.status == status}
    assert found["total"] == len(found["data"])


@pytest.mark.parametrize(("facets", "states"), [({}, list(State)), ({"status": "voided"}, [State.VOIDED])])
def test_an_orders_payments_are_listed_by_its_id_and_by_the_filter(merchant, facets, states):
    order_id, now = f"order_{uuid4().hex[:16]}", clock.iso(clock.now())
    ids = {state: put(merchant, state, order_id=order_id) for state in State}
    order = Order(
        order_id, merchant_id=merchant, amount=100, currency="INR", notes={}, status="attempted",
        amount_paid=0, attempts=len(ids), payment_ids=list(ids.values()), created_at=now, updated_at=now,
    )  # fmt: skip
    order.keep()
    expected = {ids[state] for state in states}

    by_filter = lists.list_payments(Wanted(merchant, 10, facets={"order_id": order_id, **facets}))

    assert listed(by_filter) == expected
    assert lists.payments_of(order_id, Wanted(merchant, 10, facets=facets)) == by_filter


@pytest.mark.parametrize(("status", "total"), [("success", 7), ("failed", 2), ("voided", 3)])
def test_the_totals_know_how_many_payments_are_in_a_status_now(merchant, status, total):
    Total(merchant, "all#INR#0", succeeded=8, voided=2, failed=2, recovered=1).keep()
    Total(merchant, "all#USD#5", succeeded=2, voided=1, failed=1).keep()

    assert lists.list_payments(Wanted(merchant, 10, facets={"status": status}))["total"] == total
