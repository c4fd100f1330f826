"""Breaks each rule of the books, for test_audit.py: (rule, table, key, change)."""

M = {"merchant_id": "m"}


def posting(movement, object_id, **lines):
    """A posting of a payment that was captured on the 23rd, or of a settlement."""
    day = None if movement.startswith("settlement") else "2026-11-23"
    made = {"movement": movement, "object_id": object_id, "currency": "INR", "earned_on": day}
    at_id = f"2026-11-23T10:00:01.000000Z#{movement}.{object_id}"
    return {**M, **made, "at_id": at_id, "lines": [[account, amount] for account, amount in lines.items()]}


def settlement():
    """One that the bank paid."""
    return {
        **M, "id": "s", "amount": 900, "currency": "INR", "status": "processed", "utr": "U1", "paid_from": ["", ""],
        "paid_to": ["2026-11-23", "2026-11-24"], "created_at": "2026-11-23T10:00:01.000000Z",
        "updated_at": "2026-11-23T10:00:01.000000Z", "delivery_ids": ["d s settlement.processed"],
    }  # fmt: skip


def postings():
    """Of a captured payment, and of a settlement from its being made to its arrival."""
    return {
        "m#0 x": posting("captured", "c", acquirer_receivable=1000, merchant_payable=-976, fees=-20, tax=-4),
        "m#1 y": posting("settlement_made", "s", merchant_payable=900, settlements_in_transit=-900),
        "m#1 z": posting("settlement_paid", "s", settlements_in_transit=900, merchant_bank=-900),
    }


BALANCES = {
    "acquirer_receivable_debits": 1000, "merchant_payable_credits": 976, "merchant_payable_debits": 900,
    "fees_credits": 20, "tax_credits": 4, "settlements_in_transit_credits": 900, "settlements_in_transit_debits": 900,
    "merchant_bank_credits": 900,
}  # fmt: skip


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
    ("money_that_moved_is_posted", "settlements", "s", {"amount": 901}),
    ("money_that_moved_is_posted", "settlements", "s", {"status": "created"}),
    ("money_that_moved_is_posted", "settlements", "s", {"status": "returned"}),
    ("money_that_moved_is_posted", "postings", "m#1 y", {"object_id": "t"}),
    ("settlements_pay_out_what_was_owed", "postings", "m#0 x", {"lines": [["merchant_payable", -899], ["fees", 899]]}),
    ("settlements_pay_out_what_was_owed", "postings", "m#0 x", {"at_id": "2026-11-23T10:00:40.000000Z#x"}),
    (
        "settlements_pay_out_what_was_owed",
        "postings",
        "m#2 w",
        {
            **posting("settlement_made", "t", merchant_payable=80, settlements_in_transit=-80),
            "at_id": "2026-11-23T10:00:00.900000Z#settlement_made.t",
        },
    ),
    ("settlements_follow_each_other", "settlements", "s", {"paid_from": ["2026-11-22", "2026-11-22"]}),
    ("settlements_follow_each_other", "settlements", "s", {"utr": None}),
    ("every_event_has_its_deliveries", "settlements", "s", {"delivery_ids": []}),
    ("every_object_numbers_its_events_without_gaps", "settlements", "s", {"sequence": 2}),
    ("everything_that_waits_has_a_deadline", "settlements", "s", {"status": "created"}),
    ("fees_are_consistent", "payments", "c", {"fee": None}),
    ("fees_are_consistent", "payments", "c", {"tax": 25}),
    ("fees_are_consistent", "payments", "c", {"fee_returned": 1}),
    ("fees_are_consistent", "payments", "p", {"fee": 1}),
    ("fees_are_consistent", "refunds", "r", {"payment_id": "c"}),
]
