"""Each rule of the audit finds what breaks it, and nothing in records that agree."""

import copy
from dataclasses import replace

import pytest

from infra.audit import RULES, audit
from infra.audit.__main__ import report
from infra.audit.snapshot import Snapshot

AT = "2026-11-23T10:00:00.000000Z"
LATER = "2026-11-23T10:00:01.000000Z"
NOW = 1_795_428_060.0  # a minute after
M = {"merchant_id": "m"}
TOTALS = {"succeeded": 1, "succeeded_amount": 1000, "failed": 1, "refunds": 1, "refunded_amount": 300, "deliveries": 4}


def payment(name, order, state, **more):
    made = {"id": name, "order_id": order, "amount": 1000, "currency": "INR", "method": "card", "state": state}
    times = {"created_at": AT, "settled_at": LATER, "delivery_ids": [f"d {name}"]}
    return {**M, **made, **times, "amount_refunded": 0, **more}


def order(name, status, paid, payment_id):
    made = {"id": name, "amount": 1000, "currency": "INR", "status": status, "amount_paid": paid, "created_at": AT}
    return {**M, **made, "payment_ids": [payment_id], "attempts": 1}


def delivery(name, event):
    state = {"status": "success", "attempts": 1, "created_at": LATER}
    return {**M, "id": name, "event": event, "endpoint_id": "we", "object_id": "x", **state}


def agreeing():
    refund = {**M, "id": "r", "payment_id": "p", "amount": 300, "status": "processed", "created_at": LATER}
    endpoint = {**M, "id": "we", "url": "https://a.example", "enabled": True, "updated_at": "2026-11-23T09:00:00Z"}
    events = ["payment.success", "payment.failed", "refund.created", "refund.processed"]
    totals = {f"m {period}#3": {**M, "period": f"{period}#3", **TOTALS} for period in ("2026-11-23", "all")}
    return Snapshot(
        orders={"o": order("o", "paid", 1000, "p"), "q": order("q", "attempted", 0, "f")},
        payments={
            "p": payment("p", "o", "captured", captured_at=LATER, amount_refunded=300),
            "f": payment("f", "q", "failed", error_code="PAYMENT_FAILED"),
        },
        refunds={"r": {**refund, "updated_at": LATER, "delivery_ids": ["d rc", "d rp"]}},
        deliveries={
            "d p": delivery("d p", "payment.success"), "d f": delivery("d f", "payment.failed"),
            "d rc": delivery("d rc", "refund.created"), "d rp": delivery("d rp", "refund.processed"),
        },
        endpoints={"m we": {**endpoint, "events": events}},
        idempotency={"k": {"object_id": "p"}},
        cards={},
        totals_before=totals,
        totals_after=copy.deepcopy(totals),
        now=NOW,
    )  # fmt: skip


BROKEN = [
    ("refunds_stay_within_payments", "payments", "p", {"amount_refunded": 0}),
    ("refunds_stay_within_payments", "refunds", "r", {"amount": 1300}),
    ("refunds_have_a_successful_payment", "refunds", "r", {"payment_id": "f"}),
    ("refunds_have_a_successful_payment", "refunds", "r", {"merchant_id": "other"}),
    ("orders_are_paid_exactly_once", "orders", "o", {"status": "attempted"}),
    ("orders_are_paid_exactly_once", "orders", "o", {"amount_paid": 0}),
    ("orders_are_paid_exactly_once", "payments", "f", {"order_id": "o", "state": "captured"}),
    ("orders_know_their_payments", "orders", "q", {"live_payment_id": "f"}),
    ("orders_know_their_payments", "orders", "o", {"attempts": 2}),
    ("orders_know_their_payments", "payments", "f", {"state": "pending"}),
    ("orders_know_their_payments", "orders", "o", {"status": "created"}),
    ("payments_belong_to_orders", "payments", "p", {"amount": 999}),
    ("payments_belong_to_orders", "payments", "p", {"order_id": "nowhere"}),
    ("payments_are_consistent", "payments", "p", {"state": "success"}),
    ("payments_are_consistent", "payments", "p", {"settled_at": None}),
    ("payments_are_consistent", "payments", "p", {"captured_at": None}),
    ("payments_are_consistent", "payments", "p", {"voided_at": LATER}),
    ("payments_are_consistent", "payments", "p", {"next_action": "{}"}),
    ("payments_are_consistent", "payments", "f", {"error_code": None}),
    ("payments_are_consistent", "payments", "f", {"late": True}),
    ("payments_are_consistent", "payments", "f", {"amount_refunded": 300}),
    ("cards_are_kept_until_the_bank_was_asked", "cards", "p", {}),
    ("cards_are_kept_until_the_bank_was_asked", "payments", "f", {"state": "pending", "deadline_at": NOW + 60}),
    ("totals_are_the_sums_of_their_parts", "totals_before", "m all#3", {"succeeded": 2}),
    ("totals_are_the_sums_of_their_parts", "totals_after", "m 2026-11-23#3", {"refunded_amount": 299}),
    ("every_event_has_its_deliveries", "payments", "p", {"delivery_ids": ["lost"]}),
    ("every_event_has_its_deliveries", "payments", "f", {"delivery_ids": []}),
    ("every_event_has_its_deliveries", "refunds", "r", {"delivery_ids": ["d rc"]}),
    ("deliveries_are_consistent", "deliveries", "d p", {"attempts": 6}),
    ("deliveries_are_consistent", "deliveries", "d p", {"status": "pending"}),
    ("deliveries_are_consistent", "deliveries", "d p", {"status": "failed"}),
    ("answers_are_in_force", "idempotency", "k", {"object_id": "nothing"}),
    ("everything_that_waits_has_a_deadline", "payments", "f", {"state": "pending"}),
    ("everything_that_waits_has_a_deadline", "payments", "p", {"instruction": "capture"}),
    ("everything_that_waits_has_a_deadline", "refunds", "r", {"status": "pending", "deadline_at": NOW - 400}),
    ("everything_that_waits_has_a_deadline", "orders", "q", {"expires_at": NOW + 1000}),
    ("everything_that_waits_has_a_deadline", "deliveries", "d p", {"status": "pending", "next_retry_at": NOW - 400}),
]


def test_records_that_agree_have_no_findings():
    assert audit(agreeing()) == []


@pytest.mark.parametrize(("rule", "table", "key", "change"), BROKEN)
def test_a_rule_finds_what_breaks_it(rule, table, key, change):
    seen = agreeing()
    items = getattr(seen, table)
    items[key] = {**items.get(key, {}), **change}
    assert rule in {finding.rule for finding in audit(seen)}


def test_dead_letters_are_a_finding():
    seen = replace(agreeing(), dead_letters={"payments": 1, "refunds": 0})
    assert [finding.subject for finding in audit(seen)] == ["payments"]


def waiting(at, row):
    """An order that expires, and a row of the deadlines table."""
    seen = agreeing()
    seen.orders["q"] = {**seen.orders["q"], "expires_at": at}
    return replace(seen, deadlines={"q": frozenset({row})})


@pytest.mark.parametrize("left", [-200, 60, 899])
def test_what_waits_in_a_queue_needs_no_row(left):
    assert audit(waiting(NOW + left, row=NOW)) == []


@pytest.mark.parametrize(("row", "found"), [(0.5, 0), (-0.5, 0), (2, 1), (-2, 1)])
def test_a_row_is_looked_for_at_the_moment_of_the_deadline(row, found):
    assert len(audit(waiting(NOW + 1000, NOW + 1000 + row))) == found


def test_every_rule_is_broken_by_an_example():
    assert {rule.__name__ for rule in RULES} == {rule for rule, *_ in BROKEN} | {"no_dead_letters"}


def test_totals_of_a_busy_stage_lie_between_what_they_were_and_what_they_are():
    seen = agreeing()
    for total in seen.totals_before.values():
        total["succeeded"], total["succeeded_amount"] = 0, 0
    for total in seen.totals_after.values():
        total["deliveries"] = 9
    assert audit(seen) == []


def test_the_report_names_each_rule_and_what_breaks_it():
    seen = replace(agreeing(), cards={"p": {}})
    text = "\n".join(report(seen, audit(seen)))
    assert "BAD cards are kept until the bank was asked (1)" in text
    assert "p: still has its card although the bank was asked" in text
    assert "ok  no dead letters" in text
