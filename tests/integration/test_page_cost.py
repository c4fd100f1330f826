"""What a page costs, counted in calls and in items read, does not grow with the merchant's history."""

from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from chalicelib import aws
from chalicelib.domain import clock
from chalicelib.persistence.listing import Wanted
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.totals import Total
from chalicelib.services import lists
from tests.support.mocked import aws_in_this_process

FEW, MANY, PAGE = 100, 20_000, 20
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC).timestamp()


def _payment(merchant_id, number):
    created = clock.iso(LONG_AGO + number)
    return Payment(
        f"pay_{uuid4().hex[:16]}",
        order_id="order_x",
        merchant_id=merchant_id,
        amount=100,
        currency="INR",
        method="upi",
        instrument={"method": "upi", "flow": "collect", "vpa": "user@paytm"},
        state="authorized",
        amount_refunded=0,
        created_at=created,
        updated_at=created,
    )


def _merchant_with(payments):
    """Put straight into moto's table: over its API this many take a minute."""
    table = dynamodb_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].get_table(Payment.Meta.table_name)
    merchant_id = str(uuid4())
    for number in range(payments):
        table.put_item(_payment(merchant_id, number).to_dynamodb_dict())
    Total(merchant_id, "all#INR#0", succeeded=payments).save()
    return merchant_id


@pytest.fixture(scope="module")
def merchants():
    """How many payments -> a merchant that has them, whose rows were counted once, as any list does by and by.

    On moto: the embedded emulator walks a whole partition for each query, and takes seconds for one of this length.
    """
    with aws_in_this_process():
        found = {payments: _merchant_with(payments) for payments in (FEW, MANY)}
        for merchant_id in found.values():
            lists.list_payments(Wanted(merchant_id, PAGE))
        yield found


@contextmanager
def counted_calls():
    calls, events = Counter(), aws.client("dynamodb").meta.events

    def note(model, **_):
        calls[model.name] += 1

    events.register("before-call.dynamodb", note)
    try:
        yield calls
    finally:
        events.unregister("before-call.dynamodb", note)


def _middle_cursor(merchant_id):
    return lists.list_payments(Wanted(merchant_id, PAGE, offset=PAGE))["next_cursor"]


ASKED = {
    "first page": lambda _: {},
    "by cursor": lambda merchant_id: {"cursor": _middle_cursor(merchant_id)},
    "by status": lambda _: {"facets": {"status": "success"}},
    "past the end": lambda _: {"offset": 10 * MANY},
}


@pytest.mark.slow
@pytest.mark.parametrize("asked", ASKED)
def test_a_page_of_twenty_costs_the_same_calls_at_a_hundred_and_at_twenty_thousand_payments(merchants, asked):
    costs = {}
    for payments, merchant_id in merchants.items():
        wanted = Wanted(merchant_id, PAGE, **ASKED[asked](merchant_id))
        with counted_calls() as calls:
            shown = lists.list_payments(wanted)
        assert shown["total"] == payments
        costs[payments] = dict(calls)

    assert costs[FEW] == costs[MANY]
    assert sum(costs[FEW].values()) <= 4


@pytest.mark.slow
def test_new_payments_are_in_the_total_at_once(merchants):
    merchant_id = merchants[FEW]
    _payment(merchant_id, timedelta(days=300).total_seconds()).save()

    shown = lists.list_payments(Wanted(merchant_id, PAGE))

    assert shown["total"] == FEW + 1
    assert len(shown["data"]) == PAGE
