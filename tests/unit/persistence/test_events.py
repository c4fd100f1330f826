"""The rows of events: small, found by an event's id, and never late."""

import pytest

from chalicelib.domain import clock
from chalicelib.domain.errors import Unavailable
from chalicelib.persistence import events
from chalicelib.persistence.events import EventRow, HasEvents, fetch, stream_of
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.persistence.transactions import Transaction
from chalicelib.services import views
from infra.bench.units import item_bytes
from tests.support.mocked import aws_in_this_process
from tests.unit.services.money import record

M = "3f0c1c9a-8a53-4a6e-9d0c-0d4f1a2b3c4d"
PLACES = [f"{number:09}{'x' * 10}" for number in range(200)]


@pytest.fixture(scope="module")
def database():
    with aws_in_this_process():
        yield


def row(place=PLACES[0], merchant=M, snapshot=None):
    told = [("payment.success", "pay_1", 3, ("payment",)), ("order.paid", "order_1", 1, ("payment", "order"))]
    return events.row(merchant, place, told, snapshot or {"parts": {"payment": {}, "order": {}}, "facts": {}}, 2**33)


def test_a_row_is_found_by_the_ids_of_its_events_and_by_its_merchant_only(database):
    row().write()
    ids = [f"evt_{PLACES[0]}{place}" for place in "01"]
    found = fetch((M, each) for each in [*ids, f"evt_{PLACES[0]}2", f"evt_{PLACES[1]}0"])
    assert {each: found[each].object_id for each in ids} == {ids[0]: "pay_1", ids[1]: "order_1"}
    assert len(found) == 2
    assert fetch([("another", ids[0])]) == {}


def test_streams_share_a_merchants_rows_evenly():
    per_stream = [sum(stream_of(M, place) == stream for place in PLACES) for stream in events.streams(M)]
    assert sum(per_stream) == len(PLACES)
    assert min(per_stream) > len(PLACES) / events.STREAMS / 2


def test_what_is_stored_comes_back_with_every_character_and_in_its_order(database):
    parts = {"payment": {"b": 1, "a": {"10": "ü€😀", "2": "\ud800"}}}
    row("s" * 19, snapshot={"parts": parts, "facts": {"x": None}}).write()
    (stored,) = EventRow.query(stream_of(M, "s" * 19), EventRow.position == "s" * 19)
    assert stored.snapshot == {"parts": parts, "facts": {"x": None}}
    assert list(stored.snapshot["parts"]["payment"]) == ["b", "a"]


def test_a_settlement_with_a_rich_order_stays_under_a_kilobyte():
    payment = record(order_id="order_4fT0qXbb1ZsLw9Ra", merchant_id=M, bank_reference="b" * 24)
    order = Order(
        "order_4fT0qXbb1ZsLw9Ra", merchant_id=M, amount=50000, currency="INR", receipt="receipt-2026-1129", status="paid",
        notes={"cart": "8d1b6f0e", "channel": "web", "campaign": "diwali"}, amount_paid=50000, attempts=1,
        return_url="https://shop.example/return", description="Two books and a lamp", created_at=payment.created_at,
        updated_at=payment.updated_at, customer={"name": "Asha Rao", "email": "asha@example.com", "contact": "+919876543210"},
    )  # fmt: skip
    parts = {"payment": views.payment(payment), "order": views.order(order)}
    snapshot = {"parts": parts, "facts": views.facts(payment)}
    assert item_bytes(row(snapshot=snapshot).to_dynamodb_dict()) < 1024


@pytest.mark.parametrize("model", [Payment, Order, Refund])
def test_each_object_with_events_counts_them(model):
    assert issubclass(model, HasEvents)
    assert {"sequence", "event_ids"} <= set(model.get_attributes())


def test_a_transaction_writes_nothing_after_its_last_moment(database, monkeypatch):
    late = Transaction()
    late.put("row", row(PLACES[5]))
    late.begin_by(clock.now() - 0.001)
    with pytest.raises(Unavailable):
        late.commit()
    assert fetch([(M, f"evt_{PLACES[5]}0")]) == {}


def test_the_earliest_of_several_last_moments_holds(database):
    transaction = Transaction()
    transaction.put("row", row(PLACES[6]))
    transaction.begin_by(clock.now() - 1)
    transaction.begin_by(clock.now() + 60)
    with pytest.raises(Unavailable):
        transaction.commit()
