"""A payment's money in the books: its postings, the balance, the ledger's pages, and the terms."""

import pytest

from chalicelib import aws
from chalicelib.acquirers.base import Approved, Declined
from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest, Unavailable
from chalicelib.domain.ledger import Account, Movement, Posting, lines
from chalicelib.domain.orders import CaptureMode
from chalicelib.domain.terms import Terms
from chalicelib.persistence import balances, postings, totals
from chalicelib.persistence.merchants import Merchant
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.services import orders
from chalicelib.services.books import balance, booking, terms
from chalicelib.services.books.settlements import making
from chalicelib.services.books.settlements.making import Run
from chalicelib.services.payments import records
from chalicelib.services.refunds import accept as accept_refund
from chalicelib.services.refunds import records as refund_records
from tests.unit.services.books.shop import DAY, MONDAY, captured
from tests.unit.services.money import new_order, pay, process, refund, settle

pytestmark = pytest.mark.usefixtures("sent")


def booked(merchant_id):
    """Posting id -> account -> signed amount."""
    return {
        one.id: {str(line.account): line.amount for line in one.lines}
        for one in postings.between(merchant_id, "0", "~")
    }


def totals_of(merchant_id):
    rows = totals.all_time(merchant_id)
    sums = {str(account): sum(row.balance(account) for row in rows) for account in Account}
    return {account: amount for account, amount in sums.items() if amount}


def test_a_capture_is_posted_with_its_fee_and_its_tax(shop):
    payment = captured(shop)
    assert (payment.fee, payment.tax) == (2360, 360)
    expected = {"acquirer_receivable": 100_000, "merchant_payable": -97_640, "fees": -2000, "tax": -360}
    assert booked(shop) == {f"captured.{payment.id}": expected}
    assert totals_of(shop) == expected


def test_an_authorisation_and_a_refund_of_held_money_are_not_posted(shop):
    payment_id = pay(new_order(shop))
    settle(payment_id)
    process(refund(records.find(payment_id), 100))
    assert booked(shop) == {}
    assert records.find(payment_id).fee is None
    assert balance.shown(shop) == {}


def test_refunds_in_thirds_leave_the_fee_and_nothing_else(shop):
    payment = captured(shop)
    for amount in (33_333, 33_333, 33_334):
        process(refund(records.find(payment.id), amount))
    assert totals_of(shop) == {"merchant_payable": 2360, "fees": -2000, "tax": -360}


def test_refunds_in_thirds_give_the_fee_back_to_the_paisa_where_the_terms_say_so(shop):
    terms.agree(shop, Terms(fees_come_back=True))
    payment = captured(shop)
    for amount in (33_333, 33_333, 33_334):
        process(refund(records.find(payment.id), amount))
    assert totals_of(shop) == {}
    stored = records.find(payment.id)
    assert (stored.fee_returned, stored.tax_returned) == (2360, 360)


def test_a_refused_refund_leaves_the_books_as_they_were(shop, bank):
    terms.agree(shop, Terms(fees_come_back=True))
    payment = captured(shop)
    before = totals_of(shop)
    refund_id = refund(payment, 50_000)
    assert totals_of(shop)["refunds_in_flight"] == -50_000
    bank.says(refund_id, Declined("REFUND_FAILED"))
    process(refund_id)
    assert totals_of(shop) == before
    assert [name.split(".")[0] for name in booked(shop)] == ["captured", "refund_created", "refund_failed"]
    assert (records.find(payment.id).fee_returned, refund_records.find(refund_id, shop).fee_returned) == (0, 1180)


def test_late_money_for_a_cancelled_order_is_owed_until_the_bank_returned_it(shop, bank, now):
    order = new_order(shop, capture=CaptureMode.AUTOMATIC)
    payment_id = pay(order)
    bank.says(payment_id, Declined("PAYMENT_FAILED", 30), Approved("late"))
    settle(payment_id)
    orders.cancel(shop, order.id, None, "r")
    now[0] += 31
    settle(payment_id)
    assert totals_of(shop) == {"acquirer_receivable": 1000, "refunds_in_flight": -1000}
    settle(payment_id)
    assert totals_of(shop) == {}
    assert sorted(booked(shop), reverse=True) == [f"late_taken.{payment_id}", f"late_returned.{payment_id}"]


# ------------------------------------------------------------ the balance


def test_money_is_pending_until_its_settlement_day(shop, now):
    captured(shop)
    assert balance.shown(shop) == {"INR": {"available": 0, "pending": 97_640, "reserved": 0}}
    now[0] = MONDAY + DAY
    assert balance.shown(shop)["INR"]["pending"] == 97_640
    now[0] = MONDAY + 2 * DAY
    assert balance.shown(shop) == {"INR": {"available": 97_640, "pending": 0, "reserved": 0}}


def test_a_longer_delay_does_not_make_money_pending_again_that_was_paid_out(shop, now):
    captured(shop)
    now[0] += 2 * DAY
    making.settle(Run(shop, "first"))
    terms.agree(shop, Terms(settlement_delay=30))
    assert balance.shown(shop)["INR"] == {"available": 0, "pending": 0, "reserved": 0}
    captured(shop)
    assert balance.shown(shop)["INR"] == {"available": 0, "pending": 97_640, "reserved": 0}
    now[0] += 60 * DAY
    assert [made.amount for made in making.settle(Run(shop, "second"))] == [97_640]


def test_money_that_was_paid_out_early_is_not_pending_any_more(shop, now):
    captured(shop)
    now[0] += 60
    making.settle(Run(shop, "early", early=True))
    assert balance.shown(shop)["INR"] == {"available": 0, "pending": 0, "reserved": 0}


def test_a_refund_draws_on_the_day_of_its_payment(shop, now):
    payment = captured(shop)
    now[0] = MONDAY + 2 * DAY
    second = captured(shop)
    refund(payment, 40_000)
    assert balance.shown(shop)["INR"] == {"available": 57_640, "pending": 97_640, "reserved": 0}
    refund(second, 40_000)
    assert balance.shown(shop)["INR"] == {"available": 57_640, "pending": 57_640, "reserved": 0}


def test_currencies_have_balances_of_their_own(shop):
    captured(shop)
    captured(shop, currency="USD")
    assert list(balance.shown(shop)) == ["INR", "USD"]


def test_a_balance_takes_two_reads_however_long_the_history(shop, now, monkeypatch):
    for _ in range(3):
        captured(shop)
        now[0] += DAY
    terms.forget()
    made = []
    real = aws.client("dynamodb")._make_api_call
    monkeypatch.setattr(aws.client("dynamodb"), "_make_api_call", lambda *call: made.append(call[0]) or real(*call))
    balance.shown(shop)
    assert made == ["GetItem", "Query"]


def post(merchant_id, movement, object_id, amount, held=None):
    posting = Posting(movement, object_id, merchant_id, "INR", clock.iso(clock.now()), lines(movement, amount))
    transaction = Transaction()
    totals.add(transaction, [booking.post(transaction, posting)], shard_by=object_id)
    if held is not None:
        balances.hold(transaction, merchant_id, "INR", held)
    transaction.commit()


def test_a_dispute_reserves_money(shop, now):
    captured(shop)
    now[0] += 2 * DAY
    post(shop, Movement.DISPUTE_OPENED, "disp_1", 10_000)
    assert balance.shown(shop)["INR"] == {"available": 87_640, "pending": 0, "reserved": 10_000}


def test_a_held_balance_refuses_what_lowered_it_and_takes_what_raised_it(shop):
    captured(shop)
    rows = balance.read(Merchant.find(shop)).rows
    captured(shop)
    post(shop, Movement.SETTLEMENT_MADE, "setl_1", 1000, rows)
    with pytest.raises(Refused):
        post(shop, Movement.SETTLEMENT_MADE, "setl_2", 1000, rows)
    assert "settlement_made.setl_2" not in booked(shop)


def test_an_event_is_posted_once(shop):
    post(shop, Movement.SETTLEMENT_MADE, "setl_1", 1000)
    with pytest.raises(Refused, match=r"posting settlement_made\.setl_1"):
        post(shop, Movement.SETTLEMENT_MADE, "setl_1", 1000)


# ------------------------------------------------------------ refunds within the balance


def test_refunds_beyond_the_balance_are_refused_only_where_the_terms_say_so(shop):
    payment = captured(shop)
    post(shop, Movement.SETTLEMENT_MADE, "setl_1", 90_000)
    terms.agree(shop, Terms(refunds_within_balance=True))
    with pytest.raises(BadRequest, match="exceeds the merchant's balance") as refusal:
        refund(payment, 7641)
    assert (refusal.value.reason, refusal.value.field) == ("refund_exceeds_balance", "amount")
    refund(payment, 7640)
    terms.agree(shop, Terms())
    refund(records.find(payment.id), 7641)
    assert balance.shown(shop)["INR"]["pending"] == 97_640 - 7640 - 7641


def test_a_refund_within_the_balance_is_refused_if_a_settlement_came_first(shop, monkeypatch):
    payment = captured(shop)
    terms.agree(shop, Terms(refunds_within_balance=True))
    real, rivals = totals.all_time, [1]

    def read_then_settle(merchant_id):
        rows = real(merchant_id)
        if rivals:
            rivals.clear()
            post(merchant_id, Movement.SETTLEMENT_MADE, "setl_1", 97_640)
        return rows

    monkeypatch.setattr(totals, "all_time", read_then_settle)
    with pytest.raises(BadRequest, match="exceeds the merchant's balance"):
        refund(payment, 1)


def test_terms_that_change_within_a_refund_leave_its_fee_consistent(shop, monkeypatch):
    payment = captured(shop)
    told = iter([Terms(fees_come_back=True)])
    monkeypatch.setattr(terms, "of", lambda _: next(told, Terms()))
    refund(payment, 50_000)
    stored = records.find(payment.id)
    assert (stored.fee_returned, stored.tax_returned) == (1180, 180)


def test_a_refund_of_a_payment_that_was_captured_meanwhile_is_posted(shop, monkeypatch):
    payment_id = pay(new_order(shop))
    settle(payment_id)
    held = records.find(payment_id)
    Payment(payment_id).update([Payment.state.set("captured"), Payment.captured_at.set(held.updated_at)])
    stale = [held]
    real = records.find
    monkeypatch.setattr(records, "find", lambda *key: stale.pop() if stale else real(*key))
    refund_id = refund(held, 100)
    assert f"refund_created.{refund_id}" in booked(shop)


def test_a_refund_that_is_always_overtaken_asks_to_try_again(shop, monkeypatch):
    payment = captured(shop)

    def refuse(*_):
        raise Refused

    monkeypatch.setattr(accept_refund, "_commit", refuse)
    with pytest.raises(Unavailable):
        refund(payment, 1)
