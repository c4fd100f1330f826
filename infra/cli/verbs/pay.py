"""Creates an order and pays it."""

from typing import Any

import click

from infra.cli.parameters import Duration, Instrument
from infra.cli.session import next_action, session
from payment_gateway import acts

ROWS = ("id", "order_id", "status", "captured", "amount", "currency", "method", "error_code", "error_description")


@click.command()
@click.argument("amount", type=click.IntRange(min=1), default=acts.AMOUNT)
@click.option(
    "--with",
    "instrument",
    type=Instrument(),
    default=acts.INSTRUMENT,
    show_default=True,
    help="A VPA or a card number.",
)
@click.option("--order", help="Pay this order instead of a new one.")
@click.option("--currency", default="INR", show_default=True)
@click.option("--capture", type=click.Choice(["manual", "automatic"]), default="manual", show_default=True)
@click.option(
    "--simulate", help="A script for the simulated bank, such as `silence 20m, approve`, in the order's notes."
)
@click.option("--capture-within", type=Duration(), help="The time after which the authorised money is released.")
@click.option("--wait/--no-wait", default=True, help="Wait until the bank has decided.")
@click.option("--patience", default=acts.PATIENCE, show_default=True, help="Seconds to wait.")
def command(*, amount: int, instrument: str, order: str | None, wait: bool, patience: float, **fields: Any) -> None:
    """Creates an order of AMOUNT, in the currency's minor unit (50000 is ₹500.00), and pays it.

    A declined payment is an answer and no error: its status is `failed` and the exit status 0.
    """
    now = session()
    client = now.sandbox("pay")
    made = acts.pay(client, order or acts.order(client, amount, **_order_fields(**fields))["id"], instrument)
    payment = acts.settled(client, made["id"], patience) if wait else made
    now.show(payment, {name: payment[name] for name in ROWS if payment.get(name) is not None} | next_action(payment))


def _order_fields(currency: str, capture: str, simulate: str | None, capture_within: float | None) -> dict[str, Any]:
    notes = {"simulate": simulate} if simulate else None
    within = None if capture_within is None else int(capture_within)
    given = {"currency": currency, "capture": capture, "notes": notes, "capture_within": within}
    return {name: value for name, value in given.items() if value is not None}
