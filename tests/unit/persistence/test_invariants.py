"""No transaction is written that would break the books, whatever the code that planned it."""

import pytest

from chalicelib.persistence import postings
from chalicelib.persistence.invariants import InvariantBroken, broken, check
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.persistence.totals import Total

CAPTURED = [["acquirer_receivable", 1000], ["merchant_payable", -976], ["fees", -20], ["tax", -4]]
REFUNDED = [["merchant_payable", 300], ["refunds_in_flight", -300]]


def posting(movement="captured", object_id="pay_1", lines=CAPTURED):
    return postings.Posting(
        "m#0", "at", movement=movement, object_id=object_id, merchant_id="m", currency="INR", lines=lines
    )


def totals_of(lines=CAPTURED, currency="INR"):
    names = [f"{account}_{'debits' if amount > 0 else 'credits'}" for account, amount in lines]
    actions = [getattr(Total, name).add(abs(amount)) for name, (_, amount) in zip(names, lines, strict=True)]
    return Total("m", f"all#{currency}#3"), [*actions, Total.succeeded.add(1)]


def capture(amount=1000, fee=24):
    payment = Payment("pay_1", merchant_id="m", amount=amount, currency="INR", fee=fee, tax=4)
    return payment, [Payment.state.set("captured"), Payment.captured_at.set("at")]


def refund(status="pending", **more):
    return Refund("rfnd_1", payment_id="pay_1", merchant_id="m", amount=300, status=status, **more)


def test_a_transaction_that_agrees_is_written():
    check([posting()], [totals_of(), capture()])
    check([posting("refund_created", "rfnd_1", REFUNDED), refund()], [totals_of(REFUNDED)])
    check([refund(of_hold=True)], [])
    check([], [(Payment("pay_1", amount=1), [Payment.deadline_at.remove()])])


@pytest.mark.parametrize(
    ("puts", "updates", "rule"),
    [
        ([posting(lines=[["fees", 1]])], [totals_of([["fees", 1]]), capture()], "sums to 1"),
        ([posting()], [capture()], "too little"),
        ([], [totals_of()], "too much"),
        ([posting()], [totals_of(currency="USD"), capture()], "too much"),
        ([], [capture()], "is only one of"),
        ([posting()], [totals_of()], "is only one of"),
        ([posting()], [totals_of(), capture(amount=999)], "for 999"),
        ([posting()], [totals_of(), capture(fee=25)], "less 25"),
        ([refund()], [], "with 0 of 300 posted"),
        ([refund("failed")], [], "is failed"),
        ([posting("refund_created", "rfnd_1", REFUNDED), refund("processed")], [totals_of(REFUNDED)], "is processed"),
        (
            [posting("refund_created", "rfnd_1", REFUNDED), refund(of_hold=True)],
            [totals_of(REFUNDED)],
            "with 300 of 300 posted",
        ),
    ],
)
def test_a_transaction_that_breaks_the_books_is_not_written(puts, updates, rule, capsys):
    assert rule in " ".join(broken(puts, updates))
    with pytest.raises(InvariantBroken):
        check(puts, updates)
    assert '"InvariantsBroken"' in capsys.readouterr().out
