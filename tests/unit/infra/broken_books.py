"""Breaks each rule of the books, for test_audit.py: (rule, table, key, change)."""

M = {"merchant_id": "m"}


def posting(movement, object_id, **lines):
    made = {"movement": movement, "object_id": object_id, "currency": "INR", "earned_on": "2026-11-23"}
    return {**M, **made, "lines": [[account, amount] for account, amount in lines.items()]}


BROKEN_BOOKS = [
    ("postings_balance", "postings", "m#0 x", {"lines": [["fees", 1]]}),
    ("postings_balance", "postings", "m#0 x", {"lines": [["fees", 1], ["petty_cash", -1]]}),
    ("balances_are_the_sums_of_their_postings", "totals_after", "m all#INR#3", {"fees_credits": 19}),
    ("balances_are_the_sums_of_their_postings", "totals_before", "m all#INR#3", {"fees_credits": 21}),
    ("balances_are_the_sums_of_their_postings", "postings", "m#0 x", {"currency": "USD"}),
    ("trial_balances_are_zero", "totals_after", "m all#INR#3", {"merchant_bank_debits": 1}),
    ("earnings_are_kept_by_the_day_of_capture", "postings", "m#0 x", {"earned_on": "2026-11-22"}),
    ("postings_count_for_the_day_of_the_capture", "postings", "m#0 x", {"earned_on": None}),
    ("money_that_moved_is_posted", "postings", "m#0 x", {"object_id": "p"}),
    ("money_that_moved_is_posted", "postings", "m#1 x", posting("captured", "c", fees=1, tax=-1)),
    ("money_that_moved_is_posted", "payments", "c", {"tax": 3}),
    ("money_that_moved_is_posted", "payments", "c", {"amount": 999}),
    ("money_that_moved_is_posted", "payments", "v", {"auto_capture": True}),
    ("money_that_moved_is_posted", "refunds", "r", {"of_hold": None}),
    ("fees_are_consistent", "payments", "c", {"fee": None}),
    ("fees_are_consistent", "payments", "c", {"tax": 25}),
    ("fees_are_consistent", "payments", "c", {"fee_returned": 1}),
    ("fees_are_consistent", "payments", "p", {"fee": 1}),
    ("fees_are_consistent", "refunds", "r", {"payment_id": "c"}),
]
