"""What lists show, by which filters, and while an index is behind its table."""

from uuid import uuid4

import pytest

from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.lists import ListQuery
from chalicelib.domain.payments import FACES, PaymentStatus, State
from chalicelib.persistence import census, listing
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.orders import Order, receipt_key
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
    payment.write()
    return payment.id


def put_order(merchant_id, receipt, age):
    created = clock.iso(clock.now() - age)
    order = Order(
        f"order_{uuid4().hex[:16]}", merchant_id=merchant_id, amount=100, currency="INR", notes={}, status="created",
        receipt=receipt, receipt_key=receipt_key(merchant_id, receipt), amount_paid=0, attempts=0, payment_ids=[],
        created_at=created, updated_at=created,
    )  # fmt: skip
    order.write()


def put_delivery(merchant_id, status, age):
    created = clock.iso(clock.now() - age)
    delivery = Delivery(
        str(uuid4()), merchant_id=merchant_id, endpoint_id="we_1", event="payment.success", object_id="pay_1",
        url="https://shop.example", event_id="evt_", status=status, attempts=1, attempts_log=[], created_at=created,
        created_at_if_failed=created if status == "failed" else None, expires_at=2**33,
    )  # fmt: skip
    delivery.write()
    return delivery.id


def pending(merchant_id, **how):
    return lists.list_payments(ListQuery(merchant_id, 2, filters={"status": "pending"}, **how))


def test_a_payment_is_found_by_the_state_of_its_record(merchant):
    put(merchant)
    waiting = put(merchant, State.PENDING)
    assert [row["id"] for row in pending(merchant)["data"]] == [waiting]


def test_a_short_page_tells_where_the_next_request_goes_on(merchant, monkeypatch):
    monkeypatch.setattr(listing, "LOOK", 2)
    waiting = put(merchant, State.PENDING, age=3)
    for _ in range(2):
        put(merchant)
    first = pending(merchant)
    assert (first["data"], first["total"]) == ([], None)
    rest = pending(merchant, cursor=first["next_cursor"])
    assert ([row["id"] for row in rest["data"]], rest["next_cursor"]) == ([waiting], None)


@pytest.mark.parametrize("limit", [1, 2, 3])
@pytest.mark.parametrize("look", [1, 2, 3, 5, 50])
def test_short_pages_lead_through_every_match_once(merchant, monkeypatch, look, limit):
    monkeypatch.setattr(listing, "LOOK", look)
    waiting = [put(merchant, State.PENDING if age % 3 == 0 else State.CAPTURED, age=age) for age in range(10)][::3]
    seen, cursor = [], None
    while cursor is not None or not seen:
        query = ListQuery(merchant, limit, cursor=cursor, filters={"status": "pending"})
        shown = lists.list_payments(query)
        seen += [row["id"] for row in shown["data"]]
        cursor = shown["next_cursor"]
    assert seen == waiting


def test_a_filtered_offset_behind_what_one_request_looks_at_is_an_error(merchant, monkeypatch):
    monkeypatch.setattr(listing, "LOOK", 2)
    for age in range(4):
        put(merchant, State.PENDING, age=age)
    with pytest.raises(BadRequest, match="next_cursor"):
        pending(merchant, offset=3)


def test_a_short_filtered_list_has_a_total(merchant):
    for state in (State.PENDING, State.CAPTURED, State.REQUIRES_ACTION):
        put(merchant, state)
    assert pending(merchant)["total"] == 2
    assert pending(merchant, offset=7)["total"] == 2


def test_orders_with_a_receipt_are_found_among_any_number_of_others(merchant, monkeypatch):
    monkeypatch.setattr(listing, "LOOK", 1)
    for age in range(5):
        put_order(merchant, f"r-{age % 4}", age)

    found = lists.list_orders(ListQuery(merchant, 10, filters={"receipt": "r-0"}))

    assert [row["receipt"] for row in found["data"]] == ["r-0", "r-0"]
    assert (found["total"], found["next_cursor"]) == (2, None)
    assert lists.list_orders(ListQuery(str(uuid4()), 10, filters={"receipt": "r-0"}))["data"] == []


@pytest.mark.parametrize("receipt", ["x" * 5000, "\ud800", "é"])
def test_a_receipt_that_no_order_can_have_finds_nothing(merchant, receipt):
    assert lists.list_orders(ListQuery(merchant, 10, filters={"receipt": receipt}))["data"] == []


def test_failed_webhooks_are_found_among_any_number_of_others(merchant, monkeypatch):
    monkeypatch.setattr(listing, "LOOK", 2)
    failed = put_delivery(merchant, "failed", age=100)
    for age in range(5):
        put_delivery(merchant, "success", age)
    mine = {"status": "failed", "endpoint_id": "we_1", "event": "payment.success"}

    found = lists.list_deliveries(ListQuery(merchant, 10, filters=mine))

    assert [row["id"] for row in found["data"]] == [failed]
    assert lists.list_deliveries(ListQuery(merchant, 10, filters=mine | {"endpoint_id": "we_2"}))["data"] == []


def test_a_row_that_its_index_shows_two_minutes_late_is_counted(merchant, monkeypatch):
    monkeypatch.setattr(census, "ADVANCE_AFTER", 0)
    put(merchant, age=10 * MINUTE)
    assert lists.list_payments(ListQuery(merchant, 1))["total"] == 1
    put(merchant, age=2 * MINUTE)
    assert lists.list_payments(ListQuery(merchant, 1))["total"] == 2


def listed(view):
    return {row["id"] for row in view["data"]}


@pytest.mark.parametrize("status", PaymentStatus)
def test_a_status_finds_the_payments_in_every_state_behind_it(merchant, status):
    ids = {state: put(merchant, state) for state in State}
    filters = {"status": status, "method": "upi"}

    found = lists.list_payments(ListQuery(merchant, 10, filters=filters))

    assert listed(found) == {ids[state] for state, face in FACES.items() if face.status == status}
    assert found["total"] == len(found["data"])


@pytest.mark.parametrize(("filters", "states"), [({}, list(State)), ({"status": "voided"}, [State.VOIDED])])
def test_an_orders_payments_are_listed_by_its_id_and_by_the_filter(merchant, filters, states):
    order_id, now = f"order_{uuid4().hex[:16]}", clock.iso(clock.now())
    ids = {state: put(merchant, state, order_id=order_id) for state in State}
    order = Order(
        order_id, merchant_id=merchant, amount=100, currency="INR", notes={}, status="attempted",
        amount_paid=0, attempts=len(ids), payment_ids=list(ids.values()), created_at=now, updated_at=now,
    )  # fmt: skip
    order.write()
    expected = {ids[state] for state in states}

    by_filter = lists.list_payments(ListQuery(merchant, 10, filters={"order_id": order_id, **filters}))

    assert listed(by_filter) == expected
    assert lists.payments_of(order_id, ListQuery(merchant, 10, filters=filters)) == by_filter


@pytest.mark.parametrize(("status", "total"), [("success", 7), ("failed", 2), ("voided", 3)])
def test_the_totals_know_how_many_payments_are_in_a_status_now(merchant, status, total):
    Total(merchant, "all#INR#0", succeeded=8, voided=2, failed=2, recovered=1).write()
    Total(merchant, "all#USD#5", succeeded=2, voided=1, failed=1).write()

    assert lists.list_payments(ListQuery(merchant, 10, filters={"status": status}))["total"] == total
