"""Lists bugs in disputes: postings, deadlines, and the limits that disputes and refunds share."""

from chalicelib.services.books import booking
from chalicelib.services.disputes import steps
from chalicelib.services.refunds import accept
from tests.torture.mutants import Mutant, flow, rival

UNANSWERED, UNDECIDED = "lose a dispute that nobody answers", "win a dispute that nobody decides"

DISPUTE_MUTANTS = [
    Mutant("a dispute is booked on the day it was made", "counts for", booking, "of_dispute",
           "clock.day(payment.captured_at)", "None", flow(UNANSWERED)),
    Mutant("a dispute that was won keeps its money from refunds", "amount_disputed", steps, "moved",
           "if edge.frees:", "if False:", flow(UNDECIDED)),
    Mutant("a dispute has no deadline", "disputes are open", steps, "_announced",
           "if dispute.deadline_at is not None:", "if False:", flow(UNANSWERED)),
    Mutant("a dispute forgets a refund that came meanwhile", "2 of two had their way", steps, "opened",
           "unchanged & enough", "unchanged", rival("refund against dispute")),
    Mutant("a refund forgets a dispute that came meanwhile", "2 of two had their way", accept, "_reserve",
           " & records.same_disputes(payment)", "", rival("refund against dispute")),
]  # fmt: skip
