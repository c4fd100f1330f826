"""Each rule of the audit finds what breaks it, and nothing in records that agree."""

from dataclasses import replace

import pytest

from chalicelib.domain.payments import EDGES
from infra.audit import RULES, audit, books_rules
from infra.audit.__main__ import report
from tests.unit.infra.agreeing_records import (
    ACTION,
    AT,
    LATER,
    NOW,
    SOON,
    TOMORROW,
    agreeing,
)
from tests.unit.infra.broken_books import BROKEN_BOOKS
from tests.unit.infra.broken_owners import BROKEN_OWNERS


@pytest.mark.parametrize(
    ("settle_at", "row", "found"),
    [(TOMORROW, TOMORROW, 0), (SOON, None, 0), (None, TOMORROW, 1), (TOMORROW, None, 1), (TOMORROW, TOMORROW + 60, 1)],
)
def test_a_merchant_who_is_owed_money_has_a_settlement_that_comes(settle_at, row, found):
    seen = agreeing()
    seen.totals_before["m all#INR#3"]["merchant_payable_credits"] = 9000
    waits = {"m": frozenset({row} - {None})}
    seen = replace(seen, merchants={"m": {"settle_at": settle_at}}, deadlines=waits)
    assert len(list(books_rules.money_that_waits_is_paid_out_some_day(seen))) == found


BROKEN = [
    ("every_object_numbers_its_events_without_gaps", "events", "evt c payment.success 0", {"sequence": 5}),
    ("every_object_numbers_its_events_without_gaps", "events", "evt c payment.success 0", {"sequence": 4}),
    ("every_object_numbers_its_events_without_gaps", "events", "evt r refund.created 0", {"object_id": "b"}),
    ("every_object_numbers_its_events_without_gaps", "payments", "p", {"sequence": 4}),
    ("every_delivery_has_its_event", "deliveries", "d p payment.success", {"event_id": "evt nothing 0"}),
    ("every_delivery_has_its_event", "events", "evt p payment.success 0", {"event": "payment.failed"}),
    ("every_delivery_has_its_event", "deliveries", "d p payment.success", {"event_id": "evt p a"}),
    ("refunds_stay_within_payments", "payments", "p", {"amount_refunded": 0}),
    ("refunds_stay_within_payments", "refunds", "r", {"amount": 1300}),
    ("refunds_stay_within_payments", "refunds", "b", {"status": "processed"}),
    ("refunds_have_a_successful_payment", "refunds", "r", {"payment_id": "f"}),
    ("refunds_have_a_successful_payment", "refunds", "r", {"payment_id": "v"}),
    ("refunds_have_a_successful_payment", "refunds", "r", {"payment_id": "nothing"}),
    ("refunds_have_a_successful_payment", "refunds", "r", {"merchant_id": "other"}),
    ("orders_are_paid_exactly_once", "orders", "o", {"status": "attempted"}),
    ("orders_are_paid_exactly_once", "orders", "o", {"amount_paid": 0}),
    ("orders_are_paid_exactly_once", "orders", "q", {"status": "paid"}),
    ("orders_are_paid_exactly_once", "payments", "f", {"order_id": "o", "state": "authorized"}),
    ("orders_know_their_payments", "orders", "q", {"live_payment_id": "f"}),
    ("orders_know_their_payments", "orders", "ow", {"live_payment_id": None}),
    ("orders_know_their_payments", "orders", "ow", {"status": "cancelled"}),
    ("orders_know_their_payments", "orders", "o", {"attempts": 2}),
    ("orders_know_their_payments", "payments", "f", {"state": "pending"}),
    ("orders_know_their_payments", "orders", "o", {"status": "created"}),
    ("orders_know_their_payments", "orders", "n", {"status": "attempted"}),
    ("payments_belong_to_orders", "payments", "p", {"amount": 999}),
    ("payments_belong_to_orders", "payments", "p", {"order_id": "nowhere"}),
    ("payments_are_consistent", "payments", "p", {"state": "success"}),
    ("payments_are_consistent", "payments", "p", {"settled_at": None}),
    ("payments_are_consistent", "payments", "w", {"settled_at": AT}),
    ("payments_are_consistent", "payments", "f", {"error_code": None}),
    ("payments_are_consistent", "payments", "l", {"error_code": "PAYMENT_FAILED"}),
    ("payments_are_consistent", "payments", "p", {"captured_at": LATER}),
    ("payments_are_consistent", "payments", "c", {"captured_at": None}),
    ("payments_are_consistent", "payments", "v", {"voided_at": None}),
    ("payments_are_consistent", "payments", "f", {"late": True}),
    ("payments_are_consistent", "payments", "a", {"next_action": None}),
    ("payments_are_consistent", "payments", "w", {"next_action": ACTION}),
    ("payments_are_consistent", "payments", "f", {"amount_refunded": 1}),
    ("cards_are_kept_until_the_bank_was_asked", "payments", "w", {"asked_at": LATER}),
    ("cards_are_kept_until_the_bank_was_asked", "payments", "w", {"state": "failed"}),
    ("cards_are_kept_until_the_bank_was_asked", "cards", "p", {"id": "p"}),
    ("cards_are_kept_until_the_bank_was_asked", "payments", "a", {"state": "pending", "method": "card", "asked_at": None}),
    ("totals_are_the_sums_of_their_parts", "totals_before", "m all#INR#3", {"succeeded": 5}),
    ("totals_are_the_sums_of_their_parts", "totals_after", "m 2026-11-23#INR#3", {"refunded_amount": 299}),
    ("totals_are_the_sums_of_their_parts", "totals_after", "m all#INR#3", {"recovered": 0}),
    ("totals_are_the_sums_of_their_parts", "totals_after", "m all#INR#3", {"voided_amount": 0}),
    *BROKEN_BOOKS,
    ("every_event_has_its_deliveries", "payments", "p", {"delivery_ids": ["lost"]}),
    ("every_event_has_its_deliveries", "payments", "f", {"delivery_ids": []}),
    ("every_event_has_its_deliveries", "payments", "c", {"delivery_ids": ["d c payment.success"]}),
    ("every_event_has_its_deliveries", "payments", "v", {"delivery_ids": ["d v payment.success"]}),
    ("every_event_has_its_deliveries", "refunds", "r", {"delivery_ids": ["d r refund.created"]}),
    ("every_event_has_its_deliveries", "refunds", "b", {"delivery_ids": ["d b refund.created"]}),
    ("every_event_has_its_deliveries", "disputes", "dw", {"delivery_ids": ["d dw dispute.created"]}),
    ("every_event_has_its_deliveries", "disputes", "do", {"delivery_ids": []}),
    ("every_object_numbers_its_events_without_gaps", "disputes", "dw", {"sequence": 4}),
    ("every_event_has_its_deliveries", "orders", "x", {"delivery_ids": []}),
    ("every_event_has_its_deliveries", "orders", "z", {"delivery_ids": None}),
    *BROKEN_OWNERS,
    ("deliveries_are_consistent", "deliveries", "d p payment.success", {"attempts": 6}),
    ("deliveries_are_consistent", "deliveries", "d p payment.success", {"status": "pending"}),
    ("deliveries_are_consistent", "deliveries", "d p payment.success", {"status": "failed"}),
    ("answers_are_in_force", "idempotency", "k", {"object_id": "nothing"}),
    ("everything_that_waits_has_a_deadline", "payments", "w", {"deadline_at": None}),
    ("everything_that_waits_has_a_deadline", "payments", "w", {"deadline_at": NOW - 400}),
    ("everything_that_waits_has_a_deadline", "payments", "w", {"deadline_at": TOMORROW}),
    ("everything_that_waits_has_a_deadline", "payments", "c", {"deadline_at": None}),
    ("everything_that_waits_has_a_deadline", "payments", "l", {"deadline_at": None}),
    ("everything_that_waits_has_a_deadline", "payments", "l", {"deadline_at": TOMORROW + 2}),
    ("everything_that_waits_has_a_deadline", "refunds", "g", {"deadline_at": None}),
    ("everything_that_waits_has_a_deadline", "disputes", "do", {"deadline_at": None}),
    ("everything_that_waits_has_a_deadline", "orders", "n", {"expires_at": TOMORROW + 2}),
    ("everything_that_waits_has_a_deadline", "orders", "n", {"expires_at": NOW - 400}),
    ("everything_that_waits_has_a_deadline", "deliveries", "d p payment.success",
     {"status": "pending", "next_retry_at": NOW - 400}),
]  # fmt: skip


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


def test_every_rule_is_broken_by_an_example():
    assert {rule.__name__ for rule in RULES} == {rule for rule, *_ in BROKEN} | {"no_dead_letters"}


def test_totals_of_a_busy_stage_lie_between_what_they_were_and_what_they_are():
    seen = agreeing()
    for total in seen.totals_before.values():
        total["succeeded"], total["succeeded_amount"] = 0, 0
    for total in seen.totals_after.values():
        total["deliveries"] = 30
    assert audit(seen) == []


def test_what_was_given_back_in_part_waits_for_no_capture():
    seen = agreeing()
    seen.payments["p"] = {**seen.payments["p"], "capture_within": 60, "deadline_at": None}
    assert audit(seen) == []


def test_an_order_whose_payment_is_under_way_waits_for_that():
    seen = agreeing()
    seen.orders["ow"] = {**seen.orders["ow"], "expires_at": NOW - 3600}
    assert audit(seen) == []


def test_events_and_deliveries_of_a_month_ago_are_forgotten_together():
    seen = replace(agreeing(), now=NOW + 32 * 86_400, patience=10**9, deliveries={}, cards={})
    assert {finding.rule for finding in audit(seen)} <= {"everything_that_waits_has_a_deadline"}


@pytest.mark.parametrize("edge", [one for one in EDGES if one.late], ids=lambda one: one.target)
def test_a_late_success_may_be_where_its_edge_leads(edge):
    times = {"authorized": {}, "captured": {"captured_at": LATER}, "voided": {"voided_at": LATER}}[edge.target]
    seen = agreeing()
    seen.payments["l"] = {**seen.payments["l"], "state": edge.target, **times}
    assert "payments_are_consistent" not in {finding.rule for finding in audit(seen)}


def test_the_report_names_each_rule_and_what_breaks_it():
    seen = agreeing()
    seen.payments["p"] = {**seen.payments["p"], "error_code": "PAYMENT_FAILED"}
    text = "\n".join(report(seen, audit(seen)))
    assert "BAD payments are consistent (1)" in text
    assert "p: authorized with error PAYMENT_FAILED" in text
    assert "ok  no dead letters" in text
