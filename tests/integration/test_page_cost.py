"""What a page costs, counted in calls, does not grow with the merchant's history, whatever it is filtered by."""

from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from itertools import chain, combinations, product
from uuid import uuid4

import pytest

from app import ROUTES
from chalicelib import aws
from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.lists import ListQuery
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.listing import MAX_SKIP
from chalicelib.persistence.orders import Order, receipt_key
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.persistence.totals import Total
from chalicelib.services import lists
from tests.support.engine import dynamodb_in_this_process

FEW, SOME, MANY, PAGE = 100, 600, 20_000, 20
MOST_CALLS, MOST_REQUESTS = 8, 12
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
COMMON = {"amount": 100, "currency": "INR", "created_at": "", "updated_at": ""}
UPI = {"method": "upi", "flow": "collect", "vpa": "user@paytm"}


def _models(merchant_id):
    """One row of each list, with the values that all rows of this merchant have."""
    delivery = Delivery(
        "", merchant_id=merchant_id, endpoint_id="we_1", event="payment.success", object_id="pay_1", url="https://x.test",
        event_id="evt_", status="success", attempts=1, attempts_log=[], created_at="", expires_at=2**33,
    )  # fmt: skip
    order = Order(
        "", merchant_id=merchant_id, receipt="r-1", receipt_key=receipt_key(merchant_id, "r-1"), notes={}, status="paid",
        amount_paid=100, attempts=1, payment_ids=[f"pay_{merchant_id}_0"], **COMMON,
    )  # fmt: skip
    payment = Payment(
        "", order_id=f"order_{merchant_id}_0", merchant_id=merchant_id, method="upi", instrument=UPI, state="authorized",
        amount_refunded=0, **COMMON,
    )  # fmt: skip
    refund = Refund(
        "", payment_id=f"pay_{merchant_id}_0", merchant_id=merchant_id, amount=100, status="processed", created_at="",
        updated_at="",
    )  # fmt: skip
    return {"orders": order, "payments": payment, "refunds": refund, "webhooks": delivery}


PREFIXES = {"orders": "order", "payments": "pay", "refunds": "rfnd", "webhooks": "whk"}
LISTS = {
    "orders": lists.list_orders,
    "payments": lists.list_payments,
    "refunds": lists.list_refunds,
    "webhooks": lists.list_deliveries,
}


def _put(tables, name, model, merchant_id, rows, start):
    item = model.to_dynamodb_dict()
    for number in range(rows):
        times = {"created_at": {"S": clock.iso(start + number)}}
        tables.put(model.Meta.table_name, {**item, **times, "id": {"S": f"{PREFIXES[name]}_{merchant_id}_{number}"}})


def _merchant_with(tables, rows):
    merchant_id = str(uuid4())
    for name, model in _models(merchant_id).items():
        _put(tables, name, model, merchant_id, rows, clock.now() - 86_400 if name == "webhooks" else LONG_AGO)
    Total(merchant_id, "all#INR#0", succeeded=rows).write()
    Total(merchant_id, f"{clock.day(clock.iso(clock.now()))}#INR#0", deliveries=rows).write()
    return merchant_id


@pytest.fixture(scope="module")
def merchants():
    """One merchant per number of rows, with this number of rows in each list."""
    with dynamodb_in_this_process() as tables:
        yield {rows: _merchant_with(tables, rows) for rows in (FEW, SOME, MANY)}


@pytest.fixture(params=[FEW, SOME, MANY])
def rows(request):
    """The number of rows. More than SOME are more than one request looks at."""
    return request.param


@pytest.fixture
def merchant(merchants, rows):
    return merchants[rows]


@contextmanager
def counted_calls():
    calls, events = Counter(), aws.client("dynamodb").meta.events

    def note(model, **_):
        calls[model.name] += 1

    events.register_first("before-call.dynamodb", note)
    try:
        yield calls
    finally:
        events.unregister("before-call.dynamodb", note)


def cost_of(name, query):
    with counted_calls() as calls:
        shown = LISTS[name](query)
    return sum(calls.values()), shown


MATCHING = {
    "status": {"orders": "paid", "payments": "success", "refunds": "processed", "webhooks": "success"},
    "method": "upi",
    "order_id": "order_{}_0",
    "receipt": "r-1",
    "payment_id": "pay_{}_0",
    "event": "payment.success",
    "endpoint_id": "we_1",
    "object_id": "pay_1",
}
NOT_MATCHING = {
    "status": {"orders": "created", "payments": "pending", "refunds": "failed", "webhooks": "pending"},
    "method": "card",
    "order_id": "order_{}_0",  # an unknown one is an error
    "receipt": "r-2",
    "payment_id": "pay_{}_1",
    "event": "order.paid",
    "endpoint_id": "we_2",
    "object_id": "pay_2",
}
PERIOD = "from and to"


@cache
def filters_of(name):
    routes = (route for blueprint in ROUTES for route in blueprint.table)
    return tuple(next(route.filters for route in routes if (route.method, route.path) == ("GET", f"/api/v1/{name}")))


def all_asked():
    """Every combination of every list's filters."""
    for name in LISTS:
        filters = (*filters_of(name), PERIOD)
        subsets = chain.from_iterable(combinations(filters, size) for size in range(len(filters) + 1))
        yield from ((name, subset) for subset in subsets)


def _query(name, merchant_id, subset, values):
    chosen = {each: values[each] for each in subset if each != PERIOD}
    texts = {each: value[name] if isinstance(value, dict) else value for each, value in chosen.items()}
    filters = {each: text.format(merchant_id) for each, text in texts.items()}
    period = {"start": "2026-01-01", "end": "2099-01-01"} if PERIOD in subset else {}
    return ListQuery(merchant_id, PAGE, filters=filters, **period)


# One object's payments or refunds are fewer than a page here.
FEWER = {"order_id", "payment_id"}


def cases():
    for rows, (name, subset) in product((FEW, SOME, MANY), all_asked()):
        yield pytest.param(rows, name, subset, id=f"{rows}-{name}-{'+'.join(subset)}")


@pytest.mark.parametrize(("rows", "name", "subset"), list(cases()), indirect=["rows"])
def test_a_page_by_any_filters_makes_at_most_eight_calls(merchant, name, subset):
    cost, shown = cost_of(name, _query(name, merchant, subset, MATCHING))
    assert (cost <= MOST_CALLS, len(shown["data"]) == PAGE or bool(FEWER & {*subset})) == (True, True)
    cost, shown = cost_of(name, _query(name, merchant, subset, NOT_MATCHING))
    assert (cost <= MOST_CALLS, len(shown["data"]) <= PAGE) == (True, True)


@pytest.mark.parametrize("name", LISTS)
def test_a_page_by_cursor_costs_no_more(merchant, name):
    cursor = LISTS[name](ListQuery(merchant, PAGE, offset=PAGE))["next_cursor"]
    cost, shown = cost_of(name, ListQuery(merchant, PAGE, cursor=cursor))
    assert (cost <= MOST_CALLS, len(shown["data"])) == (True, PAGE)


@pytest.mark.parametrize("name", LISTS)
def test_the_total_of_a_whole_list_is_exact_after_some_requests(merchant, rows, name):
    assert total_of(name, merchant, MOST_REQUESTS) == rows


def total_of(name, merchant_id, requests):
    """A long history that nobody has listed is counted by and by, and has no total until then."""
    for _ in range(requests):
        cost, shown = cost_of(name, ListQuery(merchant_id, 1))
        assert cost <= MOST_CALLS
        if shown["total"] is not None:
            return shown["total"]
    return None


@pytest.mark.parametrize("name", LISTS)
def test_an_offset_past_the_end_is_an_empty_page_and_one_out_of_reach_an_error(merchant, rows, name):
    total_of(name, merchant, MOST_REQUESTS)
    cost, shown = cost_of(name, ListQuery(merchant, PAGE, offset=rows))
    assert (shown["data"], shown["next_cursor"], cost <= MOST_CALLS) == ([], None, True)
    if rows < MANY:
        return
    cost, shown = cost_of(name, ListQuery(merchant, PAGE, offset=MAX_SKIP))
    assert (len(shown["data"]), cost <= MOST_CALLS) == (PAGE, True)
    with counted_calls() as calls, pytest.raises(BadRequest, match="next_cursor"):
        LISTS[name](ListQuery(merchant, PAGE, offset=rows // 2))
    assert sum(calls.values()) <= MOST_CALLS
