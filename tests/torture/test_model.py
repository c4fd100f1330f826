"""The gateway against a model of a few lines: any story that hypothesis can think of ends the same in both.

Time, the order of messages, crashes and repeats are the story's; a failing one is shrunk to its shortest.
"""

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from infra.audit import audit
from tests.torture.evidence import due_events, state
from tests.torture.faults import Killed, Mode, Plan
from tests.torture.steps import AMOUNT, REFUSED_AMOUNT, instrument

WHOLE = os.environ.get("TORTURE") == "full"
EXAMPLES, STEPS = (300, 40) if WHOLE else (12, 25)
KINDS = ("upi", "card", "upi failing", "card declined")
SOFT = tuple(mode for mode in Mode if mode not in {Mode.CONFLICT, Mode.LATE})


class Model:
    """What a merchant knows: orders with their payments, payments with what was taken and given back."""

    def __init__(self) -> None:
        self.live: dict[str, str] = {}
        self.paid: dict[str, str] = {}
        self.kind: dict[str, str] = {}
        self.order_of: dict[str, str] = {}
        self.captured: set[str] = set()
        self.refunds: dict[str, tuple[str, int]] = {}
        self.failed_refunds: set[str] = set()

    def accepts_payment(self, order: str) -> bool:
        return order not in self.live and order not in self.paid

    def pays(self, order: str, payment: str, kind: str) -> None:
        self.live[order], self.kind[payment], self.order_of[payment] = payment, kind, order

    def is_success(self, payment: str) -> bool:
        return self.paid.get(self.order_of[payment]) == payment

    def left(self, payment: str) -> int:
        live = {r: part for r, part in self.refunds.items() if r not in self.failed_refunds}
        return AMOUNT - sum(amount for of, amount in live.values() if of == payment)

    def work_is_done(self) -> None:
        for order, payment in list(self.live.items()):
            if self.kind[payment] in {"upi", "card"}:
                self.paid[order] = payment
        self.live.clear()
        self.failed_refunds |= {r for r, (_, amount) in self.refunds.items() if amount == REFUSED_AMOUNT}


class Story(RuleBasedStateMachine):
    world = None
    orders, payments = Bundle("orders"), Bundle("payments")

    @initialize()
    def begin(self):
        self.world.restart()
        self.world.messages.clear()
        self.shop, self.model, self.keys = self.world.open_shop(), Model(), 0

    def ask(self, path, body, fault, repeats):
        """A client that repeats itself, over a network that breaks one call."""
        self.keys += 1
        if fault:
            with self.world.network.broken(Plan(*fault)):
                self.world.ask(self.shop, "POST", path, body, f"key {self.keys}")
        answers = [self.world.insist(self.shop, "POST", path, body, f"key {self.keys}") for _ in range(repeats)]
        assert len({(answer.status, answer.text.split('"request_id"')[0]) for answer in answers}) == 1
        return answers[0]

    faults = st.none() | st.tuples(st.integers(0, 9), st.sampled_from(SOFT))
    repeats = st.integers(1, 2)

    @rule(target=orders, fault=faults, repeats=repeats)
    def order(self, fault, repeats):
        answer = self.ask("/orders", {"amount": AMOUNT}, fault, repeats)
        assert answer.status == 201
        return answer.body["id"]

    @rule(target=payments, order=orders, kind=st.sampled_from(KINDS), fault=faults, repeats=repeats)
    def pay(self, order, kind, fault, repeats):
        answer = self.ask("/payments", {"order_id": order, **instrument(kind)}, fault, repeats)
        assert answer.status == (201 if self.model.accepts_payment(order) else 400), answer
        if answer.status == 201:
            self.model.pays(order, answer.body["id"], kind)
            return answer.body["id"]
        return None

    @rule(payment=payments, fault=faults, repeats=repeats)
    def capture(self, payment, fault, repeats):
        if payment is None:
            return
        answer = self.ask(f"/payments/{payment}/capture", {"amount": AMOUNT}, fault, repeats)
        may = self.model.is_success(payment) and payment not in self.model.captured
        assert answer.status == (200 if may else 400), answer
        if may:
            self.model.captured.add(payment)

    @rule(
        payment=payments,
        amount=st.sampled_from([1, 500, REFUSED_AMOUNT, 30_000, AMOUNT]),
        fault=faults,
        repeats=repeats,
    )
    def refund(self, payment, amount, fault, repeats):
        if payment is None:
            return
        answer = self.ask(f"/payments/{payment}/refunds", {"amount": amount}, fault, repeats)
        may = self.model.is_success(payment) and amount <= self.model.left(payment)
        assert answer.status == (201 if may else 400), answer
        if may:
            self.model.refunds[answer.body["id"]] = (payment, amount)

    @rule(fault=faults, copies=st.integers(0, 2), wait=st.sampled_from([0, 5, 70, 1000]))
    def work(self, fault, copies, wait):
        """Workers run until nothing is left; one of them breaks or dies, messages come again, time passes."""
        self.world._collect()
        for message in self.world.messages[:copies]:
            self.world.put(message.queue, message.body)
        if fault:
            with self.world.network.broken(Plan(*fault)):
                try:
                    self.world.step()
                except Killed:
                    self.world.restart()
        self.world.clock.time += wait
        self.world.run()
        self.model.work_is_done()

    @invariant()
    def records_agree(self):
        if not hasattr(self, "shop") or self.world.messages:
            return
        self.world._collect()
        if not self.world.messages:
            self.compare()

    def compare(self):
        seen = state(self.world, self.shop)
        assert audit(seen) == []
        assert {p for p, made in seen.payments.items() if made["status"] == "success"} == set(self.model.paid.values())
        assert {p for p, made in seen.payments.items() if made["captured"]} == self.model.captured
        for payment, made in seen.payments.items():
            assert made["amount_refunded"] == AMOUNT - self.model.left(payment)
        assert self.world.receiver.accepted(self.shop.path) == +Counter(due_events(seen))

    def teardown(self):
        if hasattr(self, "shop"):
            self.world.run()
            self.model.work_is_done()
            self.compare()
            assert not self.world.dead


@pytest.mark.slow
def test_no_story_ends_otherwise_than_the_model_says(world):
    Story.world = world
    quick = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    run_state_machine_as_test(Story, settings=quick)
