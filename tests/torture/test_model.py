"""Compares the gateway with a model of a few lines: every story of hypothesis must end the same in both.

A story includes time, the order of messages, crashes and repeats. hypothesis shrinks a failing story to its shortest.
"""

import os
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from chalicelib.acquirers.simulated.payer import ActRefused
from chalicelib.domain.orders import FREE_FAILURES
from chalicelib.domain.payments import EDGES, State
from chalicelib.services import asking
from chalicelib.services.payments import steps
from tests.torture.contests import bank_agrees
from tests.torture.evidence import EXPIRED, agree, due_events, state
from tests.torture.faults import Killed, Mode, Plan
from tests.torture.model import ENDS, LEAST_PART, SCRIPTS, Model
from tests.torture.part_flows import in_parts, wish_part
from tests.torture.steps import AMOUNT, CODE, REFUSED_AMOUNT, deliver, instrument

WHOLE = os.environ.get("TORTURE") == "full"
EXAMPLES, STEPS = (300, 40) if WHOLE else (6, 18)
KINDS = tuple(kind for kind in ENDS if kind not in SCRIPTS)
SOFT = tuple(mode for mode in Mode if mode not in {Mode.CONFLICT, Mode.LATE})
HOUR, DAY = 3600, 24 * 3600
# Seconds after which a dead worker's message has come again, and all work that followed from it is done.
QUIET = 240
# The sample visits these edges in any case. The full run has to visit all edges.
USUAL = {edge for edge in EDGES if edge.source == State.PENDING}


CAPTURES = ({}, {"capture": "automatic"}, {"capture_within": HOUR})
HAPPENINGS = (
    "order", "part",
    "pay", "pay", "cancel", "decide", "decide", "refund", "act", "act", "act", "hurry", "hurry", "hurry", "work", "work",
)  # fmt: skip
faults = st.none() | st.tuples(st.integers(0, 9), st.sampled_from(SOFT))
repeats = st.integers(1, 2)
ways = st.sampled_from([*KINDS, *SCRIPTS])


class Story(RuleBasedStateMachine):
    world = None

    @initialize(first=st.lists(st.tuples(ways, st.sampled_from(CAPTURES)), min_size=2, max_size=4))
    def begin(self, first):
        """Makes some payments first, so that a story is about their lives."""
        self.world.restart()
        self.world.forget()
        self.world.random.seed(7)
        self.shop, self.keys, self.orders, self.payments = self.world.open_shop(), 0, [], []
        self.in_parts = []
        self.model = Model(state(self.world, self.shop))
        for way, capture in first:
            self.new_order(way, capture, None, None, 1)
            self.new_payment(self.orders[-1], way, None, 1)

    def one(self, draw, is_wanted):
        """Draws a wanted payment. If there is none, it draws any payment, for a request that is refused."""
        wanted = [payment for payment in self.payments if is_wanted(self.model.seen.payments[payment])]
        return draw(st.sampled_from(wanted or self.payments))

    def look(self):
        self.model.sees(state(self.world, self.shop))

    def ask(self, path, body, fault, repeats):
        """Sends a request and repeats it, over a network that breaks one call."""
        self.look()
        self.keys += 1
        if fault:
            with self.world.network.broken(Plan(*fault)):
                self.world.ask(self.shop, "POST", path, body, f"key {self.keys}")
        answers = [self.world.insist(self.shop, "POST", path, body, f"key {self.keys}") for _ in range(repeats)]
        assert len({(answer.status, answer.text.split('"request_id"')[0]) for answer in answers}) == 1
        return answers[0]

    def new_order(self, way, capture, ends_in, fault, repeats):
        body = {"amount": AMOUNT, **capture} | ({"notes": {"simulate": way}} if way in SCRIPTS else {})
        if ends_in:
            body["expires_at"] = datetime.fromtimestamp(self.world.clock.time + ends_in, UTC).isoformat()
        answer = self.ask("/orders", body, fault, repeats)
        assert answer.status == 201
        self.orders.append((answer.body["id"], way if way in SCRIPTS else ""))
        self.look()

    def new_payment(self, order, kind, fault, repeats):
        order_id, script = order
        kind = "upi" if kind in SCRIPTS else kind
        answer = self.ask("/payments", {"order_id": order_id, **instrument(kind)}, fault, repeats)
        assert answer.status == (201 if self.model.may_pay(order_id) else 400), answer
        if answer.status == 201:
            self.model.pays(answer.body["id"], kind, script)
            self.payments.append(answer.body["id"])
            self.look()

    # There is only one rule, because hypothesis leaves some of several rules out of each story.
    @rule(data=st.data(), what=st.sampled_from(HAPPENINGS), fault=faults)
    def something_happens(self, data, what, fault):
        getattr(self, what)(data.draw, fault)

    def order(self, draw, fault):
        ends_in = draw(st.sampled_from([None, 1000, 2 * HOUR]))
        self.new_order(draw(ways), draw(st.sampled_from(CAPTURES)), ends_in, fault, draw(repeats))

    def pay(self, draw, fault):
        """Makes a payment, mostly for an order that accepts a payment."""
        free = [order for order in self.orders if self.model.may_pay(order[0])]
        self.new_payment(draw(st.sampled_from(free or self.orders)), draw(st.sampled_from(KINDS)), fault, draw(repeats))

    def part(self, draw, fault):
        """Pays a part of an order, or more than what is due. Makes the order if there is none, or another one."""
        if not self.in_parts or draw(st.booleans()):
            self.in_parts.append(in_parts(self.shop))
        self.look()
        order_id, kind = (
            draw(st.sampled_from(self.in_parts)),
            draw(st.sampled_from(["upi", "upi", "upi late", "intent"])),
        )
        if self.model.seen.orders[order_id].get("failures", 0) >= FREE_FAILURES:
            return
        amount = draw(st.sampled_from([1, LEAST_PART, 30_000, AMOUNT]))
        answer = self.ask("/payments/public", wish_part(self.shop, order_id, amount, kind).body, fault, draw(repeats))
        assert answer.status == (201 if self.model.may_pay_part(order_id, amount) else 400), answer
        if answer.status == 201:
            self.model.pays(answer.body["id"], kind, "")
            self.payments.append(answer.body["id"])
            self.look()

    def cancel(self, draw, fault):
        order_id = draw(st.sampled_from([*(order_id for order_id, _ in self.orders), *self.in_parts]))
        answer = self.ask(f"/orders/{order_id}/cancel", None, fault, draw(repeats))
        assert answer.status == (200 if self.model.may_cancel(order_id) else 400), answer
        if answer.status == 200:
            self.model.cancelled.add(order_id)

    def decide(self, draw, fault):
        payment, verb = self.one(draw, is_held), draw(st.sampled_from(["capture", "void"]))
        body = {"amount": AMOUNT} if verb == "capture" else None
        answer = self.ask(f"/payments/{payment}/{verb}", body, fault, draw(repeats))
        assert answer.status == (200 if self.model.may_decide(payment) else 400), answer
        if answer.status == 200:
            (self.model.captured if verb == "capture" else self.model.voided).add(payment)

    def refund(self, draw, fault):
        payment = draw(st.sampled_from(self.payments))
        amount = draw(st.sampled_from([1, 500, REFUSED_AMOUNT, 30_000, AMOUNT]))
        answer = self.ask(f"/payments/{payment}/refunds", {"amount": amount}, fault, draw(repeats))
        assert answer.status == (201 if self.model.may_refund(payment, amount) else 400), answer

    def act(self, draw, _fault):
        """Lets the payer act, even after the gateway gave the payment up, because the bank allows it."""
        action = draw(st.sampled_from(["approve", "challenge", "decline"]))
        self.payer_acts(self.one(draw, is_open_to_the_payer), action)

    def payer_acts(self, payment, action):
        self.look()
        try:
            notifications = self.world.bank.payer_acts(payment, action, CODE if action == "challenge" else "")
        except ActRefused:
            return
        (self.model.declines if action == "decline" else self.model.approves)(payment)
        for headers, body in notifications:
            deliver(self.world, headers, body)

    def hurry(self, _draw, _fault):
        """Works off what is due now, and nothing else."""
        self.world.work()
        self.look()

    def work(self, draw, fault):
        """Breaks or kills one worker. Messages come again, time passes, and deadlines are met."""
        self.world._collect()
        for message in self.world.messages[: draw(st.integers(0, 2))]:
            self.world.put(message.queue, message.body)
        if fault:
            with self.world.network.broken(Plan(*fault)):
                try:
                    self.world.step()
                except Killed:
                    self.world.restart()
        self.world.pass_time(QUIET + draw(st.sampled_from([0, 0, 0, 60, 500, HOUR, HOUR, DAY])))
        self.compare()

    def compare(self):
        self.look()
        self.model.is_right()
        seen = self.model.seen
        agree(seen)
        due, told = due_events(seen, gave_up=self.model.gave_up), self.world.receiver.accepted(self.shop.path)
        assert told == due, f"events {told - due} too many, {due - told} missing"
        bank_agrees(self.world, seen)

    def teardown(self):
        if hasattr(self, "shop"):
            self.world.pass_time(DAY + HOUR)
            self.compare()
            self.model.is_over()
            assert not self.world.dead


def is_held(payment):
    return payment["state"] == State.AUTHORIZED


def is_open_to_the_payer(payment):
    return payment["state"] == State.REQUIRES_ACTION or payment.get("error_code") == EXPIRED


def notes(visited):
    """Stands in for steps.put, and notes every edge that is taken."""
    put = steps.put

    def noting(transaction, taken):
        visited.add(taken.step.edge)
        return put(transaction, taken)

    return noting


@pytest.mark.slow
@pytest.mark.timeout(7200)  # 300 stories
def test_no_story_ends_otherwise_than_the_model_says(world, monkeypatch):
    Story.world, visited = world, set()
    monkeypatch.setattr(steps, "put", notes(visited))
    # The deadlines table then wakes the worker to ask a bank that is silent for a day, and not 150 messages.
    monkeypatch.setattr(asking, "LONGEST_WAIT", 2 * HOUR)
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
    missing = (set(EDGES) if WHOLE else USUAL) - visited
    assert not missing, f"no story went {sorted((edge.source, edge.cause) for edge in missing)}"
