"""Payers who try too often wait: at one order, from one address, with one card. The merchant himself never does."""

import hashlib
import json
from dataclasses import replace

import pytest

from chalicelib import aws, queues
from chalicelib.config import settings
from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest, TooManyAttempts
from chalicelib.domain.orders import FREE_FAILURES, KEPT_PAYMENT_IDS, PAUSES, pause_after
from chalicelib.methods.card import CardDetails, PayByCard
from chalicelib.persistence.card_tries import CardTries
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.queues import job
from chalicelib.services import orders
from chalicelib.services.caching import TimedCache
from chalicelib.services.merchants import accounts
from chalicelib.services.payments import accept, settlement, tries
from chalicelib.services.webhooks import endpoints
from tests.unit.services.payments.test_a_payments_life_over_http import Caller

FAILING = {"method": "upi", "vpa": "failure@upi"}
GOOD = {"method": "upi", "vpa": "success@upi"}
NUMBERS = ("4111111111111111", "5555555555554444", "4242424242424242", "378282246310005")
CARD = {"number": NUMBERS[0], "expiry_month": 12, "expiry_year": 2040, "cvv": "987", "holder_name": "Asha Rao"}
START = 1_800_000_000.0


@pytest.fixture(scope="module")
def caller(tables):
    made = accounts.create("Tries", "tries@example.com")
    caller = Caller(made.pair)
    caller.key, caller.merchant_id = made.pair.key, made.id
    return caller


@pytest.fixture
def now(monkeypatch):
    """The clock, as a list of one time."""
    at = [START]
    monkeypatch.setattr(clock, "source", lambda: at[0])
    return at


@pytest.fixture
def limited(monkeypatch, now):
    """Two tries of an address and two of a card in a window; no process remembers another test's."""
    strict = replace(settings(), card_tries_per_address=2, card_tries_per_card=2)
    monkeypatch.setattr(tries, "settings", lambda: strict)
    monkeypatch.setattr(tries, "_full", TimedCache(tries.WINDOW_SECONDS))
    for row in CardTries.scan():
        row.delete()


def pay(caller, order_id, how, status=201, *, public=True):
    """Pays as the payer, or as the merchant; returns the answer's body."""
    path, key = ("/payments/public", {"key": caller.key}) if public else ("/payments", {})
    return caller.ask("POST", path, {"order_id": order_id, **how, **key}, status)


def fail(caller, order_id, times, *, public=True):
    for _ in range(times):
        caller.worked_off(pay(caller, order_id, FAILING, public=public)["id"])


def refusal(caller, order_id):
    """(its reason, Retry-After) of the next public try."""
    body = json.dumps({"order_id": order_id, "key": caller.key, **FAILING}).encode()
    answer = caller.http.request("POST", "/api/v1/payments/public", headers=caller.headers, body=body)
    error = json.loads(answer.body)["error"]
    assert (answer.status_code, error["code"]) == (429, "RATE_LIMIT_ERROR")
    return error["reason"], int(answer.headers["Retry-After"])


def test_pauses_grow_up_to_some_minutes_and_no_number_of_failures_closes_an_order():
    assert [pause_after(failures) for failures in range(FREE_FAILURES)] == [0] * FREE_FAILURES
    growing = [pause_after(FREE_FAILURES + more) for more in range(len(PAUSES))]
    assert growing == sorted(growing) == list(PAUSES)
    assert pause_after(10_000) == PAUSES[-1] <= 600


def test_after_five_failures_in_a_row_a_payer_waits_longer_each_time(caller, now):
    order = caller.order()
    fail(caller, order, FREE_FAILURES)
    for pause in PAUSES:
        assert refusal(caller, order) == ("too_many_attempts", pause)
        now[0] += pause - 0.5
        assert refusal(caller, order) == ("too_many_attempts", 1)
        now[0] += 0.5
        fail(caller, order, 1)


def test_the_merchants_own_payments_wait_for_nothing(caller, now):
    order = caller.order()
    fail(caller, order, FREE_FAILURES + 2, public=False)
    assert refusal(caller, order)[0] == "too_many_attempts"
    assert caller.worked_off(pay(caller, order, GOOD, public=False)["id"])["status"] == "success"


def test_only_failures_in_a_row_count(caller, now):
    order = caller.order()
    fail(caller, order, FREE_FAILURES - 1)
    paid = caller.worked_off(pay(caller, order, GOOD)["id"])
    assert paid["status"] == "success"
    caller.ask("POST", f"/payments/{paid['id']}/void")
    fail(caller, order, FREE_FAILURES - 1)
    assert pay(caller, order, GOOD)["status"] == "pending"


def test_an_order_of_hundreds_of_failures_can_be_paid_and_keeps_the_newest_ids(caller, now):
    order_id = caller.order()
    old = [f"pay_{number:016d}" for number in range(KEPT_PAYMENT_IDS)]
    actions = [Order.attempts.set(250), Order.payment_ids.set(old), Order.status.set("attempted")]
    orders.find(order_id).change(actions, Order.id.exists())

    payment_id = pay(caller, order_id, GOOD)["id"]

    stored = orders.find(order_id)
    assert (stored.attempts, stored.payment_ids) == (251, [*old[1:], payment_id])
    assert caller.worked_off(payment_id)["status"] == "success"


def test_a_try_that_was_read_before_a_rivals_failure_is_refused_by_the_orders_condition(caller, now):
    order_id = caller.order()
    fail(caller, order_id, FREE_FAILURES - 1)
    before = orders.find(order_id)
    fail(caller, order_id, 1)
    with pytest.raises(TooManyAttempts):
        by_card(before)
    assert orders.find(order_id).attempts == FREE_FAILURES


def by_card(order, number=NUMBERS[0], address="192.0.2.1", *, public=True):
    """The order may be its id or its record."""
    record = orders.find(order) if isinstance(order, str) else order
    asked = PayByCard(record.id, card=CardDetails(**{**CARD, "number": number}))
    return json.loads(accept.create(record, asked, None, "r", public=public, address=address).body)["id"]


def test_one_address_tries_only_so_many_cards_in_a_window(caller, now, limited):
    by_card(caller.order(), NUMBERS[0])
    by_card(caller.order(), NUMBERS[1])
    refused = caller.order()
    with pytest.raises(TooManyAttempts) as told:
        by_card(refused, NUMBERS[2])
    assert 0 < told.value.retry_after <= tries.WINDOW_SECONDS
    assert orders.find(refused).attempts == 0
    by_card(refused, NUMBERS[2], "192.0.2.2")
    now[0] += told.value.retry_after
    by_card(caller.order(), NUMBERS[2])


def test_the_addresses_of_one_ipv6_network_are_one_address(caller, now, limited):
    by_card(caller.order(), NUMBERS[0], "2001:db8:1:2::1")
    by_card(caller.order(), NUMBERS[1], "2001:db8:1:2:ffff::1")
    with pytest.raises(TooManyAttempts):
        by_card(caller.order(), NUMBERS[2], "2001:db8:1:2:3:4:5:6")
    by_card(caller.order(), NUMBERS[2], "2001:db8:1:3::1")


def test_one_card_is_tried_only_so_often_wherever_it_comes_from(caller, now, limited):
    for last in (1, 2):
        by_card(caller.order(), NUMBERS[0], f"192.0.2.{last}")
    with pytest.raises(TooManyAttempts):
        by_card(caller.order(), NUMBERS[0], "192.0.2.3")
    by_card(caller.order(), NUMBERS[1], "192.0.2.3")


def test_the_merchants_own_cards_and_other_methods_are_not_counted(caller, now, limited):
    for _ in range(4):
        by_card(caller.order(), public=False)
        pay(caller, caller.order(), GOOD)
    assert list(CardTries.scan()) == []


def test_a_refused_try_sends_its_message_once_and_then_no_more(caller, now, limited, monkeypatch):
    sent = []
    for number in NUMBERS[:2]:
        by_card(caller.order(), number)
    monkeypatch.setattr(queues, "send", lambda *work: sent.extend(work))
    for _ in range(5):
        with pytest.raises(TooManyAttempts):
            by_card(caller.order(), NUMBERS[2])
    assert len({work.object_id for work in sent}) == 1


def test_a_paid_order_says_so_before_any_count(caller, now, limited):
    order = caller.order()
    before = orders.find(order)
    caller.worked_off(pay(caller, order, GOOD)["id"])
    with pytest.raises(BadRequest, match="already paid"):
        by_card(before)


def test_what_is_kept_of_a_card_is_keyed_short_and_gone_within_minutes(caller, now, limited):
    by_card(caller.order())
    rows = {row.id.partition(" ")[0]: row for row in CardTries.scan()}
    assert rows.keys() == {"address", "card"}
    for row in rows.values():
        assert 0 < row.expires_at - now[0] <= 2 * tries.WINDOW_SECONDS
        assert NUMBERS[0] not in row.id
        assert "192.0.2.1" not in row.id
    window, mark = rows["card"].id.split()[1:]
    assert len(mark) * 4 <= 20  # bits: of a billion numbers a thousand have it
    unkeyed = (NUMBERS[0], f"card {NUMBERS[0]}", f"card {NUMBERS[0]} {window}")
    assert mark not in {hashlib.sha256(text.encode()).hexdigest()[: len(mark)] for text in unkeyed}


def test_a_card_has_another_mark_in_the_next_window(caller, now, limited):
    by_card(caller.order())
    now[0] += tries.WINDOW_SECONDS
    by_card(caller.order())
    marks = {row.id.split()[2] for row in CardTries.scan() if row.id.startswith("card")}
    assert len(marks) == 2


@pytest.fixture
def calls(tables):
    """The AWS calls of the application's clients, and what each wrote."""
    noted = []
    for name in ("dynamodb", "sqs", "kms"):
        events = aws.client(name).meta.events
        events.register("provide-client-params.*", lambda params, model, **_: noted.append((model.name, params)))
    return noted


@pytest.mark.parametrize(("public", "rows"), [(True, 2), (False, 0)])
def test_counting_costs_no_call_and_a_merchants_payment_no_write(
    caller, now, limited, calls, public, rows, monkeypatch
):
    monkeypatch.setattr(endpoints, "_recent", TimedCache(3600))  # warm, however slow the machine is
    how = {"method": "card", "card": CARD}
    pay(caller, caller.order(), how, public=public)
    order = caller.order()
    calls.clear()

    pay(caller, order, how, public=public)

    assert [name for name, _ in calls] == ["GetItem", "SendMessage", "TransactWriteItems"]
    written = [write["TableName"] for item in calls[-1][1]["TransactItems"] for write in item.values()]
    assert len([name for name in written if name.endswith("-card-tries")]) == rows


def test_a_refused_try_leaves_no_payment(caller, now, limited):
    for _ in range(2):
        by_card(caller.order())
    known = {payment.id for payment in Payment.scan()}
    with pytest.raises(TooManyAttempts):
        by_card(caller.order())
    assert {payment.id for payment in Payment.scan()} == known


def test_a_try_is_settled_as_before(caller, now, limited):
    order = caller.order()
    payment_id = pay(caller, order, GOOD)["id"]
    assert settlement.process([job(queues.PAYMENTS, payment_id, "r")]) == []
    assert orders.find(order).failures is None
