"""Lists bugs in the books: postings that are missing, wrong or double, fees, and balances."""

from chalicelib.domain import fees, ledger
from chalicelib.persistence import totals
from chalicelib.services.books import booking, terms
from chalicelib.services.books.settlements import making
from chalicelib.services.books.settlements import processing as settlements
from chalicelib.services.books.settlements.making import Run
from chalicelib.services.payments import steps
from chalicelib.services.refunds import accept, processing
from tests.torture.books_flows import AT_ONCE as PAID_OUT_AT_ONCE
from tests.torture.books_flows import captured
from tests.torture.dispute_mutants import DISPUTE_MUTANTS
from tests.torture.evidence import agree, state
from tests.torture.mutants import Mutant, flow, rival, twin
from tests.torture.world import World

AT_ONCE = "settle a payment that is captured at once"
LATE = "late success: taken for an order that is cancelled"


def settled_twice(world: World) -> None:
    """Settles a merchant, and settles it again after another payment."""
    world.forget()
    shop = world.open_shop()
    for name in ("first", "second"):
        captured(world, shop, PAID_OUT_AT_ONCE)
        making.settle(Run(shop.id, name))
    agree(state(world, shop))


BOOKS_MUTANTS = [
    Mutant("a capture is not posted", "should have .*acquirer_receivable", steps, "put",
           "if taken.posting:", "if False:", flow(AT_ONCE), is_stopped=True),
    Mutant("a posting does not reach the balances", "its postings sum to", steps, "total_changes",
           "[booking.change(item.posting)] if item.posting else []", "[]", flow(AT_ONCE), is_stopped=True),
    Mutant("a balance takes a credit for a debit", "its postings sum to", totals, "counter_of",
           "'debits' if line.amount > 0 else 'credits'", "'debits'", flow(AT_ONCE), is_stopped=True),
    Mutant("a posting's line is doubled in the balances", "its postings sum to", totals, "add",
           "+= abs(line.amount)", "+= 2 * abs(line.amount)", flow(AT_ONCE), is_stopped=True),
    Mutant("the tax is earned as a fee", "should have .*'tax'", ledger, "lines",
           "Part.FEE: charge.fee - charge.tax,\n        Part.TAX: charge.tax,",
           "Part.FEE: charge.fee,\n        Part.TAX: 0,", flow(AT_ONCE)),
    Mutant("a fee is rounded down", "has the fee", fees, "share",
           "(2 * amount * part + whole) // (2 * whole)", "amount * part // whole",
           flow("settle an odd amount that is captured at once")),
    Mutant("the fee is another merchant's", "has the fee", terms, "of_record",
           "return DEFAULT_TERMS", "return Terms(type(Terms().price_list)(tax_rate=0))", flow(AT_ONCE)),
    Mutant("a refund of what was captured is not posted", "should have .*refunds_in_flight", booking, "of_refund",
           "if refund.of_hold:", "if True:", flow("finish a refund of what was captured")),
    Mutant("a refund is booked on the day it was made", "counts for", booking, "of_refund",
           "clock.day(payment.captured_at)", "None", flow("finish a refund of what was captured")),
    Mutant("a refused refund is booked as paid", "should have|was posted", processing, "_settle",
           "BY_TARGET[RefundStatus(refund.status)].movement, refund", '"refund_processed", refund',
           flow("finish a refund with its fee that the bank refuses"), is_stopped=True),
    Mutant("a refused refund keeps the fee that came back", "gave back", processing, "_write_end",
           "if refund.fee_returned:", "if False:", flow("finish a refund with its fee that the bank refuses")),
    Mutant("a refund forgets what came back before it", "not the whole fee came back|gave back", accept, "_comes_back",
           "before = Charge(int(payment.fee_returned or 0), int(payment.tax_returned or 0))", "before = Charge(0, 0)",
           flow("finish refunds in thirds with their fees")),
    Mutant("held money is given back from the books", "SERVER_ERROR", accept, "_new_refund",
           "of_hold=payment.state != State.CAPTURED or None", "of_hold=None", flow("finish a refund")),
    Mutant("late money is not booked", "late_taken", booking, "_movement",
           "return Movement.LATE_TAKEN", "return None", flow(LATE)),
    Mutant("late money is owed for ever", "late_returned", booking, "_movement",
           "return Movement.LATE_RETURNED if before.instruction and not after.instruction else None", "return None",
           flow(LATE)),
    *DISPUTE_MUTANTS,
    Mutant("a settlement does not hold the balance", "had their way|pays out", making, "_commit",
           "balances.hold(transaction, made.merchant_id, made.currency, rows)", "pass", rival("settlement against refund")),
    Mutant("a settlement pays out what is pending", "settlements are", making, "_payable",
           "found.available + found.pending if run.early else found.available", "found.available + found.pending",
           flow("settle nothing that is pending")),
    Mutant("a settlement begins where the last one began", "the one before it ended", making, "_settle",
           "merchant.cut(currency), Cut(to, day)", "Cut(), Cut(to, day)", settled_twice),
    Mutant("a settlement is finished twice", "items for|sum to", settlements, "_end",
           'transaction.put("settlement", made, _unchanged(made))',
           'transaction.put("settlement", made)', twin("settlements", "finish a settlement")),
    Mutant("a settlement that came back is booked as paid", "should have|was posted", settlements, "_end",
           "making.posting_of(edge.movement, made)", 'making.posting_of("settlement_paid", made)',
           flow("finish a settlement that the bank returns"), is_stopped=True),
    Mutant("a merchant is settled only once", "is not armed", settlements, "_run",
           "schedule.arm(merchant)", "pass", flow("settle a merchant")),
]  # fmt: skip
