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


BALANCES = {
    "acquirer_receivable_debits": 1000, "acquirer_receivable_credits": 100, "merchant_payable_credits": 1076,
    "merchant_payable_debits": 1500, "fees_credits": 20, "tax_credits": 4, "settlements_in_transit_credits": 900,
    "settlements_in_transit_debits": 900, "merchant_bank_credits": 900, "disputes_reserved_credits": 600,
    "disputes_reserved_debits": 200,
}  # fmt: skip


def dispute(name, status, amount, *told, **more):
    at, later = "2026-11-23T10:00:00.000000Z", "2026-11-23T10:00:01.000000Z"
    made = {"id": name, "payment_id": "c", "amount": amount, "status": status, "created_at": at, "updated_at": later}
    times = {"submitted_at": later} if "under_review" in told else {}
    times |= {"decided_at": later} if status in {"won", "lost"} else {}
    return {**M, **made, **times, "delivery_ids": [f"d {name} dispute.{event}" for event in told], **more}


def all_disputes():
    """One that waits, and both ends."""
    return [
        dispute("do", "open", 400, "created", deadline_at=1_795_428_065.0),
        dispute("dw", "won", 100, "created", "under_review", "won"),
        dispute("dl", "lost", 100, "created", "lost"),
    ]


def _of_dispute(name, amount, **end):
    opened = posting("dispute_opened", name, merchant_payable=amount, disputes_reserved=-amount)
    rows = [opened, *(posting(f"dispute_{kind}", name, **lines) for kind, lines in end.items())]
    return [{**row, "at_id": f"2026-11-23T10:05:00.000000Z#{row['movement']}.{name}"} for row in rows]


def postings():
    """Those of a captured payment, of a settlement from its being made to its arrival, and of three later disputes."""
    rows = [
        *_of_dispute("do", 400),
        *_of_dispute("dw", 100, won={"disputes_reserved": 100, "merchant_payable": -100}),
        *_of_dispute("dl", 100, lost={"disputes_reserved": 100, "acquirer_receivable": -100}),
    ]
    return {
        "m#0 x": posting("captured", "c", acquirer_receivable=1000, merchant_payable=-976, fees=-20, tax=-4),
        "m#1 y": posting("settlement_made", "s", merchant_payable=900, settlements_in_transit=-900),
        "m#1 z": posting("settlement_paid", "s", settlements_in_transit=900, merchant_bank=-900),
        **{f"m#3 {number}": row for number, row in enumerate(rows)},
    }


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
    ("money_that_moved_is_posted", "disputes", "do", {"amount": 399}),
    ("money_that_moved_is_posted", "disputes", "do", {"status": "won"}),
    ("money_that_moved_is_posted", "disputes", "dw", {"status": "lost"}),
    ("postings_count_for_the_day_of_the_capture", "postings", "m#3 0", {"earned_on": None}),
    ("disputes_leave_what_refunds_took", "disputes", "dw", {"status": "lost"}),
    ("disputes_leave_what_refunds_took", "disputes", "do", {"payment_id": "p"}),
    ("disputes_leave_what_refunds_took", "disputes", "do", {"payment_id": "nothing"}),
    ("disputes_leave_what_refunds_took", "payments", "c", {"amount_disputed": None}),
    ("disputes_leave_what_refunds_took", "payments", "c", {"amount_refunded": 501}),
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
    ("money_that_waits_is_paid_out_some_day", "totals_before", "m all#INR#3", {"merchant_payable_credits": 1501}),
    ("every_event_has_its_deliveries", "settlements", "s", {"delivery_ids": []}),
    ("every_object_numbers_its_events_without_gaps", "settlements", "s", {"sequence": 2}),
    ("everything_that_waits_has_a_deadline", "settlements", "s", {"status": "created"}),
    ("fees_are_consistent", "payments", "c", {"fee": None}),
    ("fees_are_consistent", "payments", "c", {"tax": 25}),
    ("fees_are_consistent", "payments", "c", {"fee_returned": 1}),
    ("fees_are_consistent", "payments", "p", {"fee": 1}),
    ("fees_are_consistent", "refunds", "r", {"payment_id": "c"}),
]
