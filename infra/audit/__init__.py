"""Checks what must hold between the gateway's records. Reads a stage's tables and queues, and writes nothing."""

from collections.abc import Callable

from infra.audit import books_rules, delivery_rules, event_rules, money_rules, owner_rules
from infra.audit.snapshot import Finding, Findings, Snapshot

RULES: tuple[Callable[[Snapshot], Findings], ...] = (
    money_rules.refunds_stay_within_payments,
    money_rules.refunds_have_a_successful_payment,
    money_rules.orders_are_paid_exactly_once,
    money_rules.orders_know_their_payments,
    money_rules.payments_belong_to_orders,
    money_rules.payments_are_consistent,
    money_rules.cards_are_kept_until_the_bank_was_asked,
    money_rules.totals_are_the_sums_of_their_parts,
    books_rules.postings_balance,
    books_rules.balances_are_the_sums_of_their_postings,
    books_rules.trial_balances_are_zero,
    books_rules.earnings_are_kept_by_the_day_of_capture,
    books_rules.postings_count_for_the_day_of_the_capture,
    books_rules.money_that_moved_is_posted,
    books_rules.fees_are_consistent,
    books_rules.disputes_leave_what_refunds_took,
    books_rules.settlements_pay_out_what_was_owed,
    books_rules.settlements_follow_each_other,
    books_rules.money_that_waits_is_paid_out_some_day,
    owner_rules.qr_codes_count_their_payments,
    owner_rules.subscriptions_count_their_charges,
    owner_rules.ended_subscriptions_ask_for_nothing,
    owner_rules.owners_count_paid_orders,
    delivery_rules.every_event_has_its_deliveries,
    delivery_rules.deliveries_are_consistent,
    event_rules.every_object_numbers_its_events_without_gaps,
    event_rules.every_delivery_has_its_event,
    delivery_rules.answers_are_in_force,
    delivery_rules.everything_that_waits_has_a_deadline,
    delivery_rules.no_dead_letters,
)


def audit(seen: Snapshot) -> list[Finding]:
    """Applies every rule. Returns an empty list when all records agree."""
    return [Finding(rule.__name__, subject, detail) for rule in RULES for subject, detail in rule(seen)]
