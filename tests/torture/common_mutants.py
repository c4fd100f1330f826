"""Lists bugs in requests, queues, keys and webhooks, and in the usual course of a payment and a refund."""

from chalicelib import queues
from chalicelib.services import idempotency, jobs
from chalicelib.services.payments import accept, settlement, steps
from chalicelib.services.refunds import accept as accept_refund
from chalicelib.services.refunds import processing
from chalicelib.services.webhooks import attempts, deliveries, endpoints
from functions import batches
from tests.torture.faults import Mode
from tests.torture.mutants import Mutant, flow, rival, twin
from tests.torture.scenarios import early_worker

STUCK = "everything_that_waits_has_a_deadline"

COMMON_MUTANTS = [
    Mutant("a refund is not held against what is left", "2 of two had their way", accept_refund, "_reserve",
           " & enough)", ")", rival("refund")),
    Mutant("an order takes a second payment", "2 of two had their way", accept, "_claim_order",
           " & unchanged)", ")", rival("payment")),
    # Two conditions prevent this bug: the state and the number of the next event. The mutant drops both.
    Mutant("a payment is captured twice", "2 of two had their way", steps, "_unchanged",
           "(Payment.state == step.payment.state) & announcing.unnumbered(Payment, step.payment)", "Payment.id.exists()",
           rival("capture")),
    # Two conditions prevent this bug: the payment's and its order's. The mutant drops both.
    Mutant("a payment settles twice", "succeeded 2 to 2, its parts sum to 1", settlement, "_take",
           "transaction = Transaction()",
           "transaction = Transaction(); keep = transaction.update; "
           "transaction.update = lambda name, item, actions, _=None: keep(name, item, actions)",
           twin("payments", "settle a UPI payment")),
    Mutant("a refund is finished twice", "refunds 2 to 2, its parts sum to 1", processing, "_write_end",
           'transaction.put("refund", refund, _unchanged(refund))',
           'transaction.put("refund", refund)', twin("refunds", "finish a refund")),
    Mutant("two workers make the same attempt", "webhooks arrived", deliveries, "_add_claim",
           "pending & free & (Delivery.attempts == delivery.attempts)", "Delivery.id.exists()",
           twin("deliveries", "deliver")),
    Mutant("the stored answer is not part of the transaction", "one key, different answers", idempotency, "commit",
           'transaction.put("idempotency", record, free)', "pass", flow("create an order with a key")),
    Mutant("a replay is not looked for", "was never answered", idempotency, "recorded",
           "IdempotencyRecord.find(request.record_id) if request else None", "None",
           flow("create an order with a key")),
    Mutant("the job is not sent before the commit", "a payment never settled", accept, "create",
           "    queues.send(*wakes", "    queues.send() if True else queues.send(*wakes", flow("pay by UPI with a key")),
    Mutant("a job without a record is dropped at once", "a payment never settled", jobs, "put_off_or_drop",
           "work.age < EDGE_SECONDS]", "work.age < 0]", early_worker),
    Mutant("the webhooks of a payment that is settled already are not sent again", STUCK, settlement, "_idle",
           "return waits + _announcements(payment, item.request_id)", "return waits",
           flow("settle a UPI payment", Mode.KILL_AFTER)),
    Mutant("a refused refund keeps its amount", "count as refunded", processing, "_write_end",
           "Payment.amount_refunded.add(-refund.amount), ", "", flow("finish a refund that the bank refuses")),
    Mutant("a payment that the bank was asked about keeps its card", "still has its card", steps, "put",
           'transaction.delete(f"card {after.id}", SealedCard(after.id))', "pass", flow("settle a card payment")),
    Mutant("a failed payment keeps its order", "live payment pay_", steps, "_put_order",
           "if effect in {OrderEffect.PAY, OrderEffect.FREE}:", "if effect == OrderEffect.PAY:",
           flow("settle a payment that fails")),
    Mutant("an order is paid and does not know how much", "amount_paid 0 of 50000", steps, "_put_order",
           ", Order.amount_paid.set(amount)", "", flow("settle a UPI payment")),
    Mutant("failed payments are not counted", "failed 0 to 0, its parts sum to 1", steps, "_counters",
           'counters["failed"] = 1', "pass", flow("settle a payment that fails")),
    Mutant("the next attempt has no wake-up", STUCK, attempts, "make",
           "if recorded.next_at is not None:", "if False:", flow("deliver to a receiver that fails at first")),
    Mutant("a lost answer stops the ladder", STUCK, attempts, "_record",
           "return Recorded(float(current.next_retry_at) if current and current.next_retry_at else None)",
           "return Recorded(None)",
           flow("deliver to a receiver that fails at first", Mode.LOST_ONCE)),
    Mutant("a message that failed is acknowledged", "payments are .*pending", batches, "_failed",
           "return [message_id for message_id, job in jobs.items() if id(job) in unfinished]", "return []",
           flow("settle a UPI payment", Mode.FAIL)),
    Mutant("half a batch is taken for the whole", STUCK, queues, "send",
           "for chunk in chunks(mine, BATCH):", "for chunk in chunks(mine[:1], BATCH):", flow("settle a batch")),
    Mutant("a rotation forgets the secret before", "the secret before does not sign", endpoints, "rotate_secret",
           "[previous, *in_grace(endpoint)][:MAX_PREVIOUS]", "[]", flow("rotate a webhook secret")),
    Mutant("two rotations forget the first secret", "the secret before does not sign", endpoints, "rotate_secret",
           "[previous, *in_grace(endpoint)][:MAX_PREVIOUS]", "[previous]",
           flow("rotate a webhook secret", Mode.KILL_AFTER)),
]  # fmt: skip
