"""A settlement: when it is made, how much it pays, what the bank answers, and what races and repeats do."""

import csv
import io

import pytest

from chalicelib.acquirers.base import Declined, Unknown
from chalicelib.acquirers.transfers.base import Paid
from chalicelib.domain import clock
from chalicelib.domain.settlements import Cut
from chalicelib.domain.terms import Terms
from chalicelib.persistence import balances
from chalicelib.persistence.merchants import Merchant
from chalicelib.persistence.settlements import Settlement
from chalicelib.persistence.transactions import Refused
from chalicelib.queues import SETTLEMENTS, job, job_at
from chalicelib.services.books import balance, terms
from chalicelib.services.books.settlements import making, processing, report
from chalicelib.services.books.settlements.making import Run
from chalicelib.services.events import listing
from chalicelib.services.payments import records
from tests.unit.services.books.shop import DAY, captured
from tests.unit.services.books.test_books import booked, totals_of
from tests.unit.services.money import deadlines_of, process, refund

pytestmark = pytest.mark.usefixtures("sent")
NET = 97_640


def due(merchant_id):
    return float(Merchant.find(merchant_id).settle_at)


def run(merchant_id, now):
    """The merchant's deadline comes. Returns the settlements of the day."""
    now[0] = at = due(merchant_id)
    assert processing.process([job_at(SETTLEMENTS, merchant_id, "r", at)]) == []
    return made_by(merchant_id)


def made_by(merchant_id):
    return sorted((s for s in Settlement.scan() if s.merchant_id == merchant_id), key=lambda s: s.created_at)


def ask(settlement):
    assert processing.process([job(SETTLEMENTS, settlement.id, "r")]) == []
    return Settlement.find(settlement.id)


def until_matured(merchant_id, now):
    """The days pass until something is settled."""
    for _ in range(10):
        if found := run(merchant_id, now):
            return found
    raise AssertionError("nothing matured")


def test_a_merchant_is_armed_when_it_first_takes_money_and_again_after_each_run(shop, now):
    assert Merchant.find(shop).settle_at is None
    captured(shop)
    first = due(shop)
    assert clock.iso(first)[:13] == "2026-11-24T02"
    assert first in deadlines_of(shop)
    run(shop, now)
    assert clock.iso(due(shop))[:13] == "2026-11-25T02"
    assert due(shop) in deadlines_of(shop)


def test_matured_money_is_settled_with_its_fees_and_arrives(shop, now):
    payment = captured(shop)
    assert run(shop, now) == []
    (made,) = until_matured(shop, now)
    assert clock.iso(now[0])[:10] == "2026-11-25"
    assert (made.amount, made.fees, made.tax, made.status) == (NET, 2360, 360, "created")
    assert booked(shop)[f"settlement_made.{made.id}"] == {"merchant_payable": NET, "settlements_in_transit": -NET}
    paid = ask(made)
    assert (paid.status, paid.deadline_at) == ("processed", None)
    assert paid.utr.startswith("SIMB")
    assert totals_of(shop) == {"acquirer_receivable": 100_000, "fees": -2000, "tax": -360, "merchant_bank": -NET}
    (line,) = report.rows(paid)
    assert (line["entity_id"], line["type"], line["credit"], line["fee"], line["tax"]) == (
        payment.id, "payment", NET, 2360, 360,
    )  # fmt: skip
    assert line["amount"] == 100_000


def test_the_event_shows_the_processed_settlement_and_is_numbered(shop, now):
    captured(shop)
    (made,) = until_matured(shop, now)
    done = ask(made)
    (event,) = listing._of_object(shop, done.id).found
    assert (event.event, event.sequence, event.data["settlement"]["utr"]) == ("settlement.processed", 1, done.utr)


def test_a_run_that_comes_twice_makes_one_settlement(shop, now):
    captured(shop)
    until_matured(shop, now)
    order = Run(shop, f"day {clock.iso(now[0])}")
    assert [each.id for each in making.settle(order)] == [each.id for each in made_by(shop)]
    processing.process([job_at(SETTLEMENTS, shop, "r", now[0])])
    assert len(made_by(shop)) == 1


def test_a_run_that_died_before_it_armed_the_next_day_is_finished_by_its_repetition(shop, now, monkeypatch):
    captured(shop)
    run(shop, now)
    with monkeypatch.context() as patch:
        patch.setattr(processing.schedule, "arm", _die)
        with pytest.raises(KeyboardInterrupt):
            run(shop, now)
    (made,) = made_by(shop)
    before = due(shop)
    processing.process([job_at(SETTLEMENTS, shop, "r", before)])
    assert due(shop) > before
    assert [each.id for each in made_by(shop)] == [made.id]


def _die(_merchant):
    raise KeyboardInterrupt


def test_a_refund_between_the_read_and_the_commit_lowers_the_settlement(shop, now, monkeypatch):
    payment = captured(shop)
    run(shop, now)
    hold, held = balances.hold, []

    def refund_first(*args):
        if not held:
            held.append(refund(records.find(payment.id), 40_000))
        hold(*args)

    monkeypatch.setattr(making.balances, "hold", refund_first)
    (made,) = run(shop, now)
    assert held
    assert made.amount == NET - 40_000
    assert balance.shown(shop)["INR"]["available"] == 0
    assert sum(row["credit"] - row["debit"] for row in report.rows(made)) == made.amount


def test_two_runs_at_the_same_time_pay_the_money_once(shop, now, monkeypatch):
    captured(shop)
    now[0] += 7 * DAY
    commit, raced = making._commit, []

    def other_first(*args):
        if not raced:
            raced.append(True)
            assert [each.amount for each in making.settle(Run(shop, "other"))] == [NET]
        commit(*args)

    monkeypatch.setattr(making, "_commit", other_first)
    assert making.settle(Run(shop, "one")) == []
    assert [each.amount for each in made_by(shop)] == [NET]


def test_a_settlement_that_commits_after_another_one_is_refused_even_if_the_balance_would_do(shop, now, monkeypatch):
    captured(shop)
    now[0] += 7 * DAY
    merchant = Merchant.find(shop)
    seen = balance.read(merchant)
    rows, until = seen.rows, Cut(clock.iso(now[0]), seen.first_pending)
    made = making._new(Run(shop, "late"), "INR", 1, merchant.cut("INR"), until)
    making.settle(Run(shop, "first"))
    monkeypatch.setattr(making.balances, "hold", lambda *_: None)
    with pytest.raises(Refused):
        making._commit(made, merchant, rows)


def test_what_the_bank_returns_is_available_again_and_goes_into_the_next_settlement(shop, now):
    captured(shop)
    now[0] += 7 * DAY
    (made,) = making.settle(Run(shop, "one", script="returned"))
    now[0] += 1
    back = ask(made)
    assert (back.status, back.reason, back.utr) == ("returned", "ACCOUNT_CLOSED", None)
    assert balance.shown(shop)["INR"]["available"] == NET
    now[0] += 1
    (again,) = making.settle(Run(shop, "two"))
    assert again.amount == NET
    (line,) = report.rows(again)
    assert (line["type"], line["entity_id"], line["credit"]) == ("adjustment", made.id, NET)
    assert (again.fees, again.tax) == (0, 0)


def test_a_late_transfer_stays_created_and_is_asked_after_growing_waits(shop, now):
    captured(shop)
    now[0] += 7 * DAY
    (made,) = making.settle(Run(shop, "one", script="late"))
    waits = []
    for _ in range(12):
        asked = ask(made) if not waits else _ask_at_deadline(made, now)
        assert asked.status == "created"
        waits.append(round(float(asked.deadline_at) - now[0]))
    assert waits[:4] == [60, 120, 240, 480]
    assert waits[-1] == 6 * 3600
    assert float(asked.deadline_at) in deadlines_of(made.id)


def _ask_at_deadline(made, now):
    now[0] = at = float(Settlement.find(made.id).deadline_at)
    assert processing.process([job_at(SETTLEMENTS, made.id, "r", at)]) == []
    return Settlement.find(made.id)


def test_a_bank_that_says_nothing_is_asked_again_and_pays_once(shop, now, monkeypatch):
    captured(shop)
    now[0] += 7 * DAY
    (made,) = making.settle(Run(shop, "one"))
    answers = [Unknown(), Paid("UTR1")]
    bank = type("Bank", (), {"transfer": lambda *_: answers.pop(0)})()
    monkeypatch.setattr(processing, "transfer_bank", lambda: bank)
    assert ask(made).status == "created"
    assert _ask_at_deadline(made, now).utr == "UTR1"
    assert ask(made).utr == "UTR1"
    assert not answers


def test_refunds_beyond_what_was_earned_make_no_settlement_and_are_paid_off_first(shop, now, bank):
    terms.agree(shop, Terms(settlement_delay=0))
    payment = captured(shop)
    now[0] += 1
    making.settle(Run(shop, "one"))
    now[0] += 1
    refund(records.find(payment.id), 50_000)
    assert making.settle(Run(shop, "two")) == []
    now[0] += 1
    captured(shop)
    now[0] += 1
    (made,) = making.settle(Run(shop, "three"))
    assert made.amount == NET - 50_000
    assert [(row["type"], row["credit"] - row["debit"]) for row in report.rows(made)] == [
        ("refund", -50_000), ("payment", NET),
    ]  # fmt: skip


def test_the_reports_of_all_settlements_hold_each_movement_once(shop, now, bank):
    first = captured(shop)
    run(shop, now)
    now[0] += 3600 * 8
    second = captured(shop)
    gone = refund(records.find(first.id), 10_000)
    bank.says(gone, Declined("REFUND_FAILED"))
    process(gone)
    for _ in range(4):
        run(shop, now)
    rows = [row for made in made_by(shop) for row in report.rows(made)]
    assert sorted(row["entity_id"] for row in rows) == sorted([first.id, second.id, gone, gone])
    assert sum(int(made.amount) for made in made_by(shop)) == 2 * NET


def test_the_csv_report_has_the_columns_and_the_rows_of_the_json_report(shop, now):
    captured(shop)
    (made,) = until_matured(shop, now)
    (line,) = csv.DictReader(io.StringIO(report.as_csv(ask(made))))
    (row,) = report.rows(Settlement.find(made.id))
    assert list(line) == list(report.COLUMNS)
    assert (line["credit"], line["settled"], line["dispute_id"]) == (str(NET), "true", "")
    assert line["settlement_utr"] == row["settlement_utr"]
