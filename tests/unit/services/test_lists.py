"""What lists show while an index is behind its table."""

from uuid import uuid4

import pytest

from chalicelib.domain import clock
from chalicelib.persistence import listing
from chalicelib.persistence.listing import Listing, Wanted
from chalicelib.persistence.payments import Payment
from chalicelib.services import lists

MINUTE = 60


@pytest.fixture
def merchant(tables):
    return str(uuid4())


def put(merchant_id, state="authorized", age=0.0):
    created = clock.iso(clock.now() - age)
    payment = Payment(
        f"pay_{uuid4().hex[:16]}", order_id="order_x", merchant_id=merchant_id, amount=100, currency="INR", method="upi",
        instrument={"method": "upi", "flow": "collect", "vpa": "user@paytm"}, state=state, amount_refunded=0,
        created_at=created, updated_at=created,
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
    waiting = put(merchant, "pending")
    assert [row["id"] for row in pending(merchant)["data"]] == [waiting]


def test_pages_go_on_behind_rows_that_are_no_longer_wanted(merchant, old_index):
    waiting = put(merchant, "pending", age=3)
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
