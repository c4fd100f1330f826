"""The endings that rarely happen: each is a row of steps, which a merchant's requests and the sandbox bring about.

Each step takes the story so far and adds to it. A step that needs the workers waits for their record, so an ending has
happened when its steps are through. docs/sandbox.md lists the endings with their commands and tests.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import uuid4

from payment_gateway import acts, durations
from payment_gateway.client import TOO_MANY, Client, Refused, Unreachable

BURST = 5
TRIES = 20
VPA = "rehearsal@upi"
# The bank says nothing before an act tells it what to say.
PATIENT = "silence 3d, approve, refund silence"
EVIDENCE = {"explanation": "The goods were delivered"}


@dataclass
class Story:
    """What a rehearsal has made so far. shown: the object that ends, as it was seen last. answers: of repeated requests."""

    client: Client
    ids: dict[str, str] = field(default_factory=dict)
    shown: dict[str, Any] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)

    def view(self) -> dict[str, Any]:
        """Returns the story for programs. events: of the object that ended, the first one first."""
        found = self.client.get("/events", object_id=self.shown["id"], limit=acts.PAGE)["data"]
        told = [event["type"] for event in reversed(found)]
        return {"ids": self.ids, "answers": self.answers, "events": told, "ended": self.shown}


Step = Callable[[Story], None]


@dataclass(frozen=True, slots=True)
class Ending:
    """summary: what happens. moves_clock: the stage's clock, which all its merchants share, goes forward."""

    summary: str
    steps: tuple[Step, ...]
    moves_clock: bool = False


def rehearse(client: Client, name: str) -> dict[str, Any]:
    """Brings about an ending for the client's merchant. Returns what was made and how it ended.

    Raises TooSlow if it does not end so, and Refused.
    """
    story = Story(client)
    for step in ENDINGS[name].steps:
        step(story)
    return {"ending": name, **story.view()}


def _order(story: Story, *, simulate: str = PATIENT, **terms: Any) -> None:
    story.shown = acts.order(story.client, notes={"simulate": simulate}, **terms)
    story.ids["order_id"] = story.shown["id"]


def _pay(story: Story) -> None:
    story.shown = acts.pay(story.client, story.ids["order_id"], VPA)
    story.ids["payment_id"] = story.shown["id"]


def _becomes(story: Story, **wanted: Any) -> None:
    """Waits until the object that ends shows these fields."""
    path = f"/{acts.kind_of(story.shown['id'])}/{story.shown['id']}"
    ends = time.monotonic() + acts.PATIENCE
    while any(story.shown.get(name) != value for name, value in wanted.items()):
        if time.monotonic() > ends:
            seen = {name: story.shown.get(name) for name in wanted}
            raise acts.TooSlow(f"{story.shown['id']} shows {seen} after {acts.PATIENCE:g} s, not {wanted}")
        time.sleep(acts.LOOK_EVERY)
        story.shown = dict(story.client.get(path))


def _act(story: Story, *, action: str, kind: str = "payment_id") -> None:
    story.shown = acts.act(story.client, story.ids[kind], action)


def _settled(story: Story) -> None:
    story.shown = acts.settled(story.client, story.ids["payment_id"])


def _let_pass(story: Story, *, duration: str) -> None:
    acts.move_clock(story.client, advance=durations.seconds(duration))


def _refund(story: Story) -> None:
    story.shown = acts.refund(story.client, story.ids["payment_id"])
    story.ids["refund_id"] = story.shown["id"]


def _dispute(story: Story) -> None:
    story.shown = dict(story.client.post("/sandbox/disputes", {"payment_id": story.ids["payment_id"]}))
    story.ids["dispute_id"] = story.shown["id"]


def _contest(story: Story) -> None:
    story.shown = dict(story.client.post(f"/disputes/{story.ids['dispute_id']}/contest", {"evidence": EVIDENCE}))


def _pay_out(story: Story) -> None:
    """Pays out at once what would mature in days."""
    made = story.client.post("/sandbox/settlements", {"pending": True})["data"]
    story.shown = next(each for each in made if each["currency"] == "INR")
    story.ids["settlement_id"] = story.shown["id"]


def _order_under(story: Story, **fault: Any) -> None:
    """Makes one order through a fault, as a program does that repeats its request with the same Idempotency-Key."""
    story.client.post("/sandbox/faults", {"match": "POST /orders", **fault})
    receipt, body = f"rehearsal {uuid4().hex}", {"amount": acts.AMOUNT}
    while len(story.answers) < TRIES and "ok" not in story.answers:
        story.answers.append(_answer(story, {**body, "receipt": receipt}))
    made = story.client.get("/orders", receipt=receipt)["data"]
    if [order["id"] for order in made] != [story.shown.get("id")]:
        raise acts.TooSlow(f"{len(made)} orders have the receipt {receipt!r} after {TRIES} tries, not one")


def _answer(story: Story, order: dict[str, Any]) -> str:
    try:
        story.shown = dict(story.client.post("/orders", order, idempotency_key=order["receipt"]))
    except Unreachable:
        return "no answer"
    except Refused as refusal:
        if refusal.status != TOO_MANY:
            raise
        return str(TOO_MANY)
    story.ids["order_id"] = story.shown["id"]
    return "ok"


_OPEN = (_order, _pay)
_CAPTURED = (
    partial(_order, capture="automatic"),
    _pay,
    partial(_act, action="approve"),
    partial(_becomes, captured=True),
)
_DISPUTED = (*_CAPTURED, _dispute, _contest)
ENDINGS: Mapping[str, Ending] = {
    "declined": Ending(
        "the bank declines a payment",
        (*_OPEN, partial(_act, action="decline"), partial(_becomes, status="failed", error_code="PAYMENT_DECLINED")),
    ),
    "abandoned": Ending(
        "the bank asks the payer for a code, and the payer goes away",
        (
            partial(_order, simulate="challenge, approve"),
            *(_pay, _settled, partial(_let_pass, duration="15m")),
            partial(_becomes, status="failed", error_code="PAYMENT_EXPIRED"),
        ),
        moves_clock=True,
    ),
    "unknown_then_paid": Ending(
        "the bank says nothing for an hour, and then that the payment was made",
        (
            partial(_order, simulate="silence 1h, approve"),
            *(_pay, partial(_let_pass, duration="1h15m"), partial(_becomes, status="success", late=False)),
        ),
        moves_clock=True,
    ),
    "late_success": Ending(
        "a payment fails, and the bank approves it after all",
        (
            *(*_OPEN, partial(_act, action="decline"), partial(_becomes, status="failed")),
            *(partial(_act, action="late_approve"), partial(_becomes, status="success", late=True)),
        ),
    ),
    "expired_authorisation": Ending(
        "nobody captures an authorised payment within three days",
        (
            partial(_order, simulate="approve", capture_within=3 * durations.SECONDS["d"]),
            *(_pay, _settled, partial(_let_pass, duration="3d1m"), partial(_becomes, status="voided")),
        ),
        moves_clock=True,
    ),
    "failed_refund": Ending(
        "the bank refuses a refund",
        (*_CAPTURED, _refund, partial(_act, action="decline", kind="refund_id"), partial(_becomes, status="failed")),
    ),
    "lost_answer": Ending(
        "an order is made, and its answer is lost; the same request again finds it by its Idempotency-Key",
        (partial(_order_under, effect="cut", when="after"),),
    ),
    "throttled": Ending(
        f"the gateway answers 429 for {BURST} requests, then the order is made once",
        (partial(_order_under, effect="throttle", times=BURST),),
    ),
    "dispute_won": Ending(
        "the payer disputes a payment, the merchant contests it and wins",
        (*_DISPUTED, partial(_act, action="win", kind="dispute_id"), partial(_becomes, status="won")),
    ),
    "dispute_lost": Ending(
        "the payer disputes a payment, the merchant contests it and loses",
        (*_DISPUTED, partial(_act, action="lose", kind="dispute_id"), partial(_becomes, status="lost")),
    ),
    "settlement": Ending(
        "the money of a payment is paid out to the merchant's bank",
        (*_CAPTURED, _pay_out, partial(_becomes, status="processed")),
    ),
}
