"""Defines the rules for the books. Each rule takes a snapshot and yields its findings.

The lines of each movement are written here a second time, by hand: an auditor that read the application's table would
repeat its mistakes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from infra.audit.snapshot import CLOSE, QUEUE_SECONDS, Findings, Item, Items, Snapshot, seconds

ACCOUNTS = (
    "acquirer_receivable", "merchant_payable", "fees", "tax", "refunds_in_flight", "disputes_reserved",
    "settlements_in_transit", "merchant_bank",
)  # fmt: skip
ALL_TIME = "all"
# The longest time between a movement's own time and its commit.
COMMIT_SECONDS = 30
OF_PAYMENTS = frozenset({"captured", "late_taken", "late_returned"})
OF_REFUNDS = frozenset({"refund_created", "refund_processed", "refund_failed"})
OF_DISPUTES = frozenset({"dispute_opened", "dispute_won", "dispute_lost"})
OF_SETTLEMENTS = frozenset({"settlement_made", "settlement_paid", "settlement_returned"})
OF_RECORDS = OF_PAYMENTS | OF_REFUNDS | OF_DISPUTES

Lines = dict[str, int]
Key = tuple[str, str]


def lines_of(posting: Item) -> Lines:
    """Returns account -> signed amount."""
    summed: Counter[str] = Counter()
    for account, amount in posting["lines"]:
        summed[account] += int(amount)
    return dict(summed)


def postings_balance(seen: Snapshot) -> Findings:
    for posting_id, posting in seen.postings.items():
        amounts = [int(amount) for _, amount in posting["lines"]]
        if sum(amounts) or not amounts or 0 in amounts:
            yield posting_id, f"its lines sum to {sum(amounts)}: {posting['lines']}"
        unknown = {account for account, _ in posting["lines"]} - set(ACCOUNTS)
        if unknown:
            yield posting_id, f"has lines on {sorted(unknown)}, which are no accounts"


def _sums(seen: Snapshot) -> dict[Key, Counter[str]]:
    """Returns (merchant, currency) -> counter -> the sum of the postings' lines."""
    sums: dict[Key, Counter[str]] = defaultdict(Counter)
    for posting in seen.postings.values():
        for account, amount in posting["lines"]:
            side = "debits" if amount > 0 else "credits"
            sums[posting["merchant_id"], posting["currency"]][f"{account}_{side}"] += abs(int(amount))
    return sums


def _stored(totals: Items) -> dict[Key, Counter[str]]:
    stored: dict[Key, Counter[str]] = defaultdict(Counter)
    for total in totals.values():
        period, _, rest = total["period"].partition("#")
        if period == ALL_TIME:
            for counter in COUNTERS:
                stored[total["merchant_id"], rest.partition("#")[0]][counter] += int(total.get(counter) or 0)
    return stored


COUNTERS = tuple(f"{account}_{side}" for account in ACCOUNTS for side in ("debits", "credits"))


def balances_are_the_sums_of_their_postings(seen: Snapshot) -> Findings:
    """Checks debits and credits. Both only grow, so the sum lies between the balances before and after it."""
    expected, before, after = _sums(seen), _stored(seen.totals_before), _stored(seen.totals_after)
    for key in sorted({*expected, *before, *after}):
        for counter in COUNTERS:
            first, last, parts = before[key][counter], after[key][counter], expected[key][counter]
            if not first <= parts <= last:
                yield " ".join(key), f"{counter} {first} to {last}, its postings sum to {parts}"


def trial_balances_are_zero(seen: Snapshot) -> Findings:
    """Checks each row of the balances: every posting adds all its lines to one row."""
    for name, total in seen.totals_after.items():
        debits, credits_ = (sum(int(total.get(f"{a}_{side}") or 0) for a in ACCOUNTS) for side in ("debits", "credits"))
        if debits != credits_:
            yield name, f"debits of {debits} and credits of {credits_}"


def earnings_are_kept_by_the_day_of_capture(seen: Snapshot) -> Findings:
    """Checks what each day earned. Leaves out days that changed during the audit, because earnings may fall."""
    expected: Counter[tuple[str, str]] = Counter()
    for posting in seen.postings.values():
        if posting.get("earned_on"):
            payable = lines_of(posting).get("merchant_payable", 0)
            expected[posting["merchant_id"], f"{posting['earned_on']}#{posting['currency']}"] -= payable
    before, after = _earned(seen.totals_before), _earned(seen.totals_after)
    for key in sorted({*expected, *after}):
        if before[key] == after[key] != expected[key]:
            yield " ".join(key), f"earned {after[key]}, its postings sum to {expected[key]}"


def _earned(totals: Items) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for total in totals.values():
        day, _, rest = total["period"].partition("#")
        if day[:1].isdigit():
            found[total["merchant_id"], f"{day}#{rest.partition('#')[0]}"] += int(total.get("earned") or 0)
    return found


def _due_of_payment(payment: Item) -> Iterator[tuple[str, Lines]]:
    amount, state = int(payment["amount"]), payment["state"]
    if state == "captured":
        fee, tax = int(payment.get("fee") or 0), int(payment.get("tax") or 0)
        lines = {"acquirer_receivable": amount, "merchant_payable": fee - amount, "fees": tax - fee, "tax": -tax}
        yield "captured", lines
    if state == "voided" and payment.get("auto_capture"):
        yield "late_taken", {"acquirer_receivable": amount, "refunds_in_flight": -amount}
        if not payment.get("instruction"):
            yield "late_returned", {"acquirer_receivable": -amount, "refunds_in_flight": amount}


def _due_of_refund(refund: Item) -> Iterator[tuple[str, Lines]]:
    amount, status = int(refund["amount"]), refund["status"]
    fee, tax = int(refund.get("fee_returned") or 0), int(refund.get("tax_returned") or 0)
    made = {"merchant_payable": amount - fee, "fees": fee - tax, "tax": tax, "refunds_in_flight": -amount}
    yield "refund_created", made
    if status == "processed":
        yield "refund_processed", {"refunds_in_flight": amount, "acquirer_receivable": -amount}
    if status == "failed":
        yield "refund_failed", {account: -signed for account, signed in made.items()}


def _due_of_dispute(dispute: Item) -> Iterator[tuple[str, Lines]]:
    amount, status = int(dispute["amount"]), dispute["status"]
    yield "dispute_opened", {"merchant_payable": amount, "disputes_reserved": -amount}
    if status == "won":
        yield "dispute_won", {"disputes_reserved": amount, "merchant_payable": -amount}
    if status == "lost":
        yield "dispute_lost", {"disputes_reserved": amount, "acquirer_receivable": -amount}


def _due_of_settlement(made: Item) -> Iterator[tuple[str, Lines]]:
    amount, status = int(made["amount"]), made["status"]
    yield "settlement_made", {"merchant_payable": amount, "settlements_in_transit": -amount}
    if status == "processed":
        yield "settlement_paid", {"settlements_in_transit": amount, "merchant_bank": -amount}
    if status == "returned":
        yield "settlement_returned", {"settlements_in_transit": amount, "merchant_payable": -amount}


def _due(seen: Snapshot) -> dict[str, tuple[Item, Lines]]:
    """Returns the postings that the records call for: id -> (record, lines)."""
    due: dict[str, tuple[Item, Lines]] = {}
    for payment_id, payment in seen.payments.items():
        due |= {f"{kind}.{payment_id}": (payment, lines) for kind, lines in _due_of_payment(payment)}
    for refund_id, refund in seen.refunds.items():
        if not refund.get("of_hold"):
            due |= {f"{kind}.{refund_id}": (refund, lines) for kind, lines in _due_of_refund(refund)}
    for dispute_id, dispute in seen.disputes.items():
        due |= {f"{kind}.{dispute_id}": (dispute, lines) for kind, lines in _due_of_dispute(dispute)}
    for settlement_id, made in seen.settlements.items():
        due |= {f"{kind}.{settlement_id}": (made, lines) for kind, lines in _due_of_settlement(made)}
    return due


def postings_count_for_the_day_of_the_capture(seen: Snapshot) -> Findings:
    """Checks the day from which the settlement delay counts. Movements that are no merchant's money have none."""
    for posting_id, posting in seen.postings.items():
        object_id = posting["object_id"]
        record = seen.refunds.get(object_id) or seen.disputes.get(object_id) or {}
        payment = seen.payments.get(record.get("payment_id", object_id))
        if payment is None or posting["movement"] not in OF_RECORDS:
            continue
        day = None if posting["movement"].startswith("late") else (payment.get("captured_at") or "")[:10]
        if posting.get("earned_on") != day:
            yield posting_id, f"counts for {posting.get('earned_on')}, its payment was captured on {day}"


def money_that_moved_is_posted(seen: Snapshot) -> Findings:
    """Checks that payments, refunds, disputes and settlements have exactly their postings, with their lines."""
    due = _due(seen)
    booked = {f"{posting['movement']}.{posting['object_id']}": posting for posting in seen.postings.values()}
    if len(booked) != len(seen.postings):
        yield "postings", f"{len(seen.postings)} items for {len(booked)} events"
    for posting_id, (record, lines) in due.items():
        wanted = {account: amount for account, amount in lines.items() if amount}
        found = booked.get(posting_id)
        if found is None or lines_of(found) != wanted or found["merchant_id"] != record["merchant_id"]:
            yield posting_id, f"should have {wanted}, has {found and lines_of(found)}"
    for posting_id, posting in booked.items():
        if posting["movement"] in OF_RECORDS | OF_SETTLEMENTS and posting_id not in due:
            yield posting_id, f"was posted, and {posting['object_id']} did not move this money"


def disputes_leave_what_refunds_took(seen: Snapshot) -> Findings:
    """Checks that a payment knows its disputes, and that they and its refunds never give the same money back."""
    disputed: Counter[str] = Counter()
    for dispute_id, dispute in seen.disputes.items():
        payment = seen.payments.get(dispute["payment_id"])
        if payment is None or payment["merchant_id"] != dispute["merchant_id"] or payment["state"] != "captured":
            yield dispute_id, f"disputes {dispute['payment_id']}, which is {payment and payment['state']}"
        if dispute["status"] != "won":
            disputed[dispute["payment_id"]] += int(dispute["amount"])
    for payment_id, payment in seen.payments.items():
        had, summed = int(payment.get("amount_disputed") or 0), disputed[payment_id]
        if had != summed:
            yield payment_id, f"amount_disputed {had}, its disputes sum to {summed}"
        if summed and summed + int(payment["amount_refunded"]) > payment["amount"]:
            yield payment_id, f"disputes of {summed} and refunds of {payment['amount_refunded']} on {payment['amount']}"


def fees_are_consistent(seen: Snapshot) -> Findings:
    """Checks that a payment has a fee once it is captured, and gave back what its refunds gave back."""
    returned: dict[str, Counter[str]] = defaultdict(Counter)
    for refund in seen.refunds.values():
        if refund["status"] != "failed":
            returned[refund["payment_id"]].update(_returned(refund))
        payment = seen.payments.get(refund["payment_id"])
        if refund.get("of_hold") and refund["status"] != "failed" and payment and payment["state"] == "captured":
            yield refund["id"], "frees held money of a captured payment"
    for payment_id, payment in seen.payments.items():
        fee, tax = payment.get("fee"), payment.get("tax")
        if (payment["state"] == "captured") != (fee is not None):
            yield payment_id, f"{payment['state']} with a fee of {fee}"
        if fee is not None and not 0 <= (tax or 0) <= fee <= payment["amount"]:
            yield payment_id, f"a fee of {fee} with a tax of {tax} on {payment['amount']}"
        had = _returned(payment)
        if had != dict(returned[payment_id] or {"fee_returned": 0, "tax_returned": 0}) or had["fee_returned"] > (
            fee or 0
        ):
            yield payment_id, f"gave back {had} of its fee, its refunds {dict(returned[payment_id])}"


def _returned(record: Mapping[str, object]) -> dict[str, int]:
    return {name: int(str(record.get(name) or 0)) for name in ("fee_returned", "tax_returned")}


def settlements_pay_out_what_was_owed(seen: Snapshot) -> Findings:
    """Checks that no settlement pays out more than the merchant was owed, and nothing twice.

    A movement is written up to COMMIT_SECONDS after its own time. So debits of that last moment may have come after the
    settlement, and the credits of the next moment before it. Settlements themselves come one after the other.
    """
    of_merchant: dict[Key, list[tuple[Item, float, int]]] = defaultdict(list)
    for posting in seen.postings.values():
        entry = (
            posting,
            seconds(str(posting["at_id"]).partition("#")[0]),
            lines_of(posting).get("merchant_payable", 0),
        )
        of_merchant[posting["merchant_id"], posting["currency"]].append(entry)
    for entries in of_merchant.values():
        for made, at, paid in entries:
            owed = sum(_owed(made, at, other) for other in entries)
            if made["movement"] == "settlement_made" and paid > owed:
                yield made["object_id"], f"pays out {paid} of {owed}"


def _owed(made: Item, at: float, other: tuple[Item, float, int]) -> int:
    """Returns what another movement adds to the money that a settlement may pay out. at: the settlement's time."""
    posting, moment, payable = other
    late = COMMIT_SECONDS if payable < 0 else 0 if posting["movement"] == "settlement_made" else -COMMIT_SECONDS
    return -payable if posting is not made and moment <= at + late else 0


def settlements_follow_each_other(seen: Snapshot) -> Findings:
    """Checks that each settlement begins where the one before it ended, so that no posting is paid out twice."""
    ends: dict[Key, list[str]] = defaultdict(lambda: ["", ""])
    for settlement_id, made in sorted(seen.settlements.items(), key=lambda each: str(each[1]["created_at"])):
        key = (made["merchant_id"], made["currency"])
        if list(made["paid_from"]) != ends[key]:
            yield settlement_id, f"begins at {made['paid_from']}, the one before it ended at {ends[key]}"
        ends[key] = list(made["paid_to"])
        if (made["status"] == "processed") != bool(made.get("utr")):
            yield settlement_id, f"{made['status']} with the reference {made.get('utr')}"


def money_that_waits_is_paid_out_some_day(seen: Snapshot) -> Findings:
    """Checks that a merchant who is owed money has a next settlement, and that a deadline wakes it."""
    for merchant_id in sorted({merchant_id for (merchant_id, _), owed in _owed_now(seen).items() if owed > 0}):
        at = seen.merchants.get(merchant_id, {}).get("settle_at")
        if at is None:
            yield merchant_id, "is owed money, and no settlement is armed"
            continue
        rows, left = seen.deadlines.get(merchant_id, frozenset()), float(at) - seen.now
        if left > QUEUE_SECONDS and not any(abs(row - float(at)) < CLOSE for row in rows):
            yield merchant_id, f"is owed money, and nobody looks at it in {left:.0f} s, when it is settled"


def _owed_now(seen: Snapshot) -> Counter[Key]:
    """Returns (merchant, currency) -> what the gateway owes, from the balances."""
    owed: Counter[Key] = Counter()
    for total in seen.totals_before.values():
        period, currency, *_ = str(total["period"]).split("#")
        if period == ALL_TIME:
            credited = int(total.get("merchant_payable_credits") or 0)
            owed[total["merchant_id"], currency] += credited - int(total.get("merchant_payable_debits") or 0)
    return owed
