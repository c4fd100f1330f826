"""Bugs, one line each, that are put into the running application to see whether the harness finds them."""

import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from chalicelib import queues
from chalicelib.services import attempts, deliveries, endpoints, idempotency, jobs, payments, refunds, settlement
from functions import batches
from tests.torture.faults import Mode, Plan
from tests.torture.flows import flow_named
from tests.torture.scenarios import early_worker, matrix, record, rivals, run, twins
from tests.torture.world import World

Attack = Callable[[World], Any]


def flow(name: str, *modes: Mode) -> Attack:
    """The flow unbroken, then each of its calls broken in these ways."""

    def attack(world: World) -> None:
        for site, mode in matrix(record(world, flow_named(name))):
            if mode in modes:
                run(world, flow_named(name), Plan(site.index, mode))

    return attack


def rival(kind: str) -> Attack:
    return lambda world: rivals(world, kind)


def twin(queue: str, name: str) -> Attack:
    return lambda world: twins(world, queue, flow_named(name))


@dataclass(frozen=True)
class Mutant:
    """In `function` of `module`, `good` becomes `bad`; `attack` has to find it, and `says` (a pattern) what is wrong."""

    name: str
    says: str
    module: ModuleType
    function: str
    good: str
    bad: str
    attack: Attack


@contextmanager
def planted(mutant: Mutant) -> Iterator[None]:
    original = getattr(mutant.module, mutant.function)
    source = textwrap.dedent(inspect.getsource(original))
    assert source.count(mutant.good) == 1, f"the code of {mutant.name!r} has changed:\n{source}"
    scope = vars(mutant.module)
    exec(compile(source.replace(mutant.good, mutant.bad), mutant.module.__name__, "exec"), scope)  # noqa: S102  # its purpose
    try:
        yield
    finally:
        setattr(mutant.module, mutant.function, original)


MUTANTS = [
    Mutant("a refund is not held against what is left", "2 of two had their way", refunds, "_reserve",
           "(Payment.status == REFUNDABLE) & enough", "Payment.status == REFUNDABLE", rival("refund")),
    Mutant("an order takes a second payment", "2 of two had their way", payments, "_claim_order",
           "unpaid & free", "unpaid", rival("payment")),
    Mutant("a payment is captured twice", "2 of two had their way", payments, "_mark_captured",
           "(Payment.status == CAPTURABLE) & (Payment.captured == False)", "Payment.status == CAPTURABLE",
           rival("capture")),
    # Two conditions hold this one, the payment's and its order's; both are dropped.
    Mutant("a payment settles twice", "succeeded 2 to 2, its parts sum to 1", settlement, "_transaction",
           "transaction = Transaction()",
           "transaction = Transaction(); keep = transaction.update; "
           "transaction.update = lambda name, item, actions, _=None: keep(name, item, actions)",
           twin("payments", "settle a card payment")),
    Mutant("a refund is finished twice", "refunds 2 to 2, its parts sum to 1", refunds, "_write_end",
           'transaction.put("refund", refund, Refund.status == RefundStatus.PENDING)',
           'transaction.put("refund", refund)', twin("refunds", "finish a refund")),
    Mutant("two workers make the same attempt", "webhooks arrived", deliveries, "_add_claim",
           "pending & free & (Delivery.attempts == delivery.attempts)", "Delivery.id.exists()",
           twin("deliveries", "deliver")),
    Mutant("the stored answer is not part of the transaction", "one key, different answers", idempotency, "commit",
           'transaction.put("idempotency", record, free)', "pass", flow("create an order with a key")),
    Mutant("a replay is not looked for", "was never answered", idempotency, "recorded",
           "IdempotencyRecord.find(request.record_id) if request else None", "None",
           flow("create an order with a key")),
    Mutant("the job is sent after the commit", "a payment never settled", payments, "create",
           "    queues.send(job(", "    queues.send() if True else queues.send(job(", flow("pay by UPI with a key")),
    Mutant("a job without a record is dropped at once", "a payment never settled", jobs, "put_off_or_drop",
           "work.age < EDGE_SECONDS]", "work.age < 0]", early_worker),
    Mutant("the webhooks of a payment that is settled already are not sent again", "nothing_is_stuck", settlement, "process",
           "list(payments[pid].delivery_ids or ()) for pid in repeats", "[] for pid in repeats",
           flow("settle a UPI payment", Mode.KILL_AFTER)),
    Mutant("a refused refund keeps its amount", "count as refunded", refunds, "_write_end",
           "Payment.amount_refunded.add(-refund.amount), ", "", flow("finish a refund that the bank refuses")),
    Mutant("a settled payment keeps its card", "still holds its card", settlement, "_finish_payment",
           "        Payment.sealed_card.remove(),\n", "", flow("settle a card payment")),
    Mutant("a failed payment keeps its order", "live payment pay_", settlement, "_release_order",
           "Order.live_payment_id.remove(), ", "", flow("settle a payment that fails")),
    Mutant("an order is paid and does not know how much", "amount_paid 0 of 50000", settlement, "_release_order",
           ", Order.amount_paid.set(payment.amount)", "", flow("settle a UPI payment")),
    Mutant("failed payments are not counted", "failed 0 to 0, its parts sum to 1", settlement, "_tally",
           '{"failed": 1}', "{}", flow("settle a payment that fails")),
    Mutant("the next attempt has no wake-up", "nothing_is_stuck", attempts, "make",
           "if due_at is not None:", "if False:", flow("deliver to a receiver that fails at first")),
    Mutant("a lost answer stops the ladder", "nothing_is_stuck", attempts, "_record",
           "return float(stored.next_retry_at) if stored and stored.next_retry_at else None", "return None",
           flow("deliver to a receiver that fails at first", Mode.LOST_ONCE)),
    Mutant("a message that failed is acknowledged", "payments are .*pending", batches, "_failed",
           "return [message_id for message_id, job in jobs.items() if id(job) in unfinished]", "return []",
           flow("settle a UPI payment", Mode.FAIL)),
    Mutant("half a batch is taken for the whole", "nothing_is_stuck", queues, "send",
           "for chunk in chunks(mine, BATCH):", "for chunk in chunks(mine[:1], BATCH):", flow("settle a batch")),
    Mutant("a rotation forgets the secret before", "the secret before does not sign", endpoints, "rotate_secret",
           "[previous, *in_grace(endpoint)][:MAX_PREVIOUS]", "[]", flow("rotate a webhook secret")),
    Mutant("two rotations forget the first secret", "the secret before does not sign", endpoints, "rotate_secret",
           "[previous, *in_grace(endpoint)][:MAX_PREVIOUS]", "[previous]",
           flow("rotate a webhook secret", Mode.KILL_AFTER)),
]  # fmt: skip
