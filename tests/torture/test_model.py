"""The gateway against a model of a few lines: any story that hypothesis can think of ends the same in both.

Time, the order of messages, crashes and repeats are the story's; a failing one is shrunk to its shortest.
"""

import os
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from chalicelib.acquirers.simulated.payer import ActRefused
from chalicelib.domain.payments import EDGES
from chalicelib.services.payments import steps
from infra.audit import audit
from tests.torture.contests import bank_agrees
from tests.torture.evidence import due_events, state
from tests.torture.faults import Killed, Mode, Plan
from tests.torture.model import CHALLENGES, ENDS, SCRIPTS, Model
from tests.torture.steps import AMOUNT, CODE, REFUSED_AMOUNT, deliver, instrument

WHOLE = os.environ.get("TORTURE") == "full"
EXAMPLES, STEPS = (300, 40) if WHOLE else (12, 25)
KINDS = tuple(kind for kind in ENDS if kind not in SCRIPTS)
SOFT = tuple(mode for mode in Mode if mode not in {Mode.CONFLICT, Mode.LATE})
HOUR, DAY = 3600, 24 * 3600
# After which a message has come again that a worker died with, and what followed from it is done.
QUIET = 240
# The edges that the sample visits in any case; the full run has to visit all.
USUAL = {edge for edge in EDGES if not edge.late}


class Story(RuleBasedStateMachine):
    world = None
    visited = set()
    orders, payments = Bundle("orders"), Bundle("payments")

    @initialize()
    def begin(self):
        self.world.restart()
        self.world.forget()
        self.shop, self.keys = self.world.open_shop(), 0
        self.model = Model(state(self.world, self.shop))

    def look(self):
        self.model.sees(state(self.world, self.shop))

    def ask(self, path, body, fault, repeats):
        """A client that repeats itself, over a network that breaks one call."""
        self.look()
        self.keys += 1
        if fault:
            with self.world.network.broken(Plan(*fault)):
                self.world.ask(self.shop, "POST", path, body, f"key {self.keys}")
        answers = [self.world.insist(self.shop, "POST", path, body, f"key {self.keys}") for _ in range(repeats)]
        assert len({(answer.status, answer.text.split('"request_id"')[0]) for answer in answers}) == 1
        return answers[0]

    faults = st.none() | st.tuples(st.integers(0, 9), st.sampled_from(SOFT))
    repeats = st.integers(1, 2)

    @rule(
        target=orders,
        script=st.sampled_from(["", "", "", *SCRIPTS]),
        capture=st.sampled_from([{}, {"capture": "automatic"}, {"capture_within": HOUR}]),
        ends_in=st.sampled_from([None, None, 1000, 2 * HOUR]),
        fault=faults,
        repeats=repeats,
    )
    def order(self, script, capture, ends_in, fault, repeats):
        body = {"amount": AMOUNT, **capture} | ({"notes": {"simulate": script}} if script else {})
        if ends_in:
            body["expires_at"] = datetime.fromtimestamp(self.world.clock.time + ends_in, UTC).isoformat()
        answer = self.ask("/orders", body, fault, repeats)
        assert answer.status == 201
        return answer.body["id"], script

    @rule(target=payments, order=orders, kind=st.sampled_from(KINDS), fault=faults, repeats=repeats)
    def pay(self, order, kind, fault, repeats):
        order_id, script = order
        answer = self.ask("/payments", {"order_id": order_id, **instrument(kind)}, fault, repeats)
        assert answer.status == (201 if self.model.may_pay(order_id) else 400), answer
        if answer.status == 201:
            self.model.pays(answer.body["id"], kind, script)
            return answer.body["id"], script or kind
        return None

    @rule(order=orders, fault=faults, repeats=repeats)
    def cancel(self, order, fault, repeats):
        answer = self.ask(f"/orders/{order[0]}/cancel", None, fault, repeats)
        assert answer.status == (200 if self.model.may_cancel(order[0]) else 400), answer
        if answer.status == 200:
            self.model.cancelled.add(order[0])

    @rule(payment=payments, verb=st.sampled_from(["capture", "void"]), fault=faults, repeats=repeats)
    def decide(self, payment, verb, fault, repeats):
        if payment is None:
            return
        body = {"amount": AMOUNT} if verb == "capture" else None
        answer = self.ask(f"/payments/{payment[0]}/{verb}", body, fault, repeats)
        assert answer.status == (200 if self.model.may_decide(payment[0]) else 400), answer
        if answer.status == 200:
            (self.model.captured if verb == "capture" else self.model.voided).add(payment[0])

    @rule(
        payment=payments,
        amount=st.sampled_from([1, 500, REFUSED_AMOUNT, 30_000, AMOUNT]),
        fault=faults,
        repeats=repeats,
    )
    def refund(self, payment, amount, fault, repeats):
        if payment is None:
            return
        answer = self.ask(f"/payments/{payment[0]}/refunds", {"amount": amount}, fault, repeats)
        assert answer.status == (201 if self.model.may_refund(payment[0], amount) else 400), answer

    @rule(payment=payments, action=st.sampled_from(["approve", "challenge", "decline"]), at_once=st.booleans())
    def act(self, payment, action, at_once):
        """The payer acts, also when the gateway has given the payment up."""
        if payment is None or payment[1] not in CHALLENGES:
            return
        if at_once:
            self.world.work()
        self.look()
        try:
            notifications = self.world.bank.payer_acts(payment[0], action, CODE if action == "challenge" else "")
        except ActRefused:
            return
        (self.model.declines if action == "decline" else self.model.approves)(payment[0])
        for headers, body in notifications:
            deliver(self.world, headers, body)

    @rule()
    def hurry(self):
        """What is due now, and nothing else."""
        self.world.work()
        self.look()

    @rule(fault=faults, copies=st.integers(0, 2), wait=st.sampled_from([0, 0, 60, 500, HOUR, DAY]))
    def work(self, fault, copies, wait):
        """One worker breaks or dies, messages come again, time passes and deadlines are met."""
        self.world._collect()
        for message in self.world.messages[:copies]:
            self.world.put(message.queue, message.body)
        if fault:
            with self.world.network.broken(Plan(*fault)):
                try:
                    self.world.step()
                except Killed:
                    self.world.restart()
        self.world.pass_time(QUIET + wait)
        self.compare()

    def compare(self):
        self.look()
        self.model.is_right()
        seen = self.model.seen
        assert audit(seen) == []
        due, told = due_events(seen, gave_up=self.model.gave_up), self.world.receiver.accepted(self.shop.path)
        assert told == due, f"events {told - due} too many, {due - told} missing"
        bank_agrees(self.world, seen)

    def teardown(self):
        if hasattr(self, "shop"):
            self.world.pass_time(DAY + HOUR)
            self.compare()
            self.model.is_over()
            assert not self.world.dead


def notes(visited):
    """Lays a finger on every edge that is taken."""
    put = steps.put

    def noting(transaction, taken):
        visited.add(taken.step.edge)
        return put(transaction, taken)

    return noting


@pytest.mark.slow
def test_no_story_ends_otherwise_than_the_model_says(world, monkeypatch):
    Story.world, Story.visited = world, set()
    monkeypatch.setattr(steps, "put", notes(Story.visited))
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
    missing = (set(EDGES) if WHOLE else USUAL) - Story.visited
    assert not missing, f"no story went {sorted((edge.source, edge.cause) for edge in missing)}"
