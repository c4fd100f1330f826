"""Opens a dispute."""

from typing import Any

import click

from infra.cli.parameters import Duration
from infra.cli.session import session

ROWS = ("id", "payment_id", "status", "amount", "currency", "reason", "phase", "respond_by")


@click.command()
@click.argument("payment_id")
@click.argument("amount", type=click.IntRange(min=1), required=False)
@click.option("--reason", help="Why. Default: goods_not_received.")
@click.option("--phase", help="Default: chargeback.")
@click.option("--respond-within", type=Duration(), help="The time to answer. Default: 7d.")
def command(*, payment_id: str, respond_within: float | None, **how: Any) -> None:
    """Disputes AMOUNT of a payment, in the currency's minor unit, or all that is left, as the payer's bank does.

    `gateway act disp_… win` (or lose, expire) decides it.
    """
    now = session()
    within = None if respond_within is None else int(respond_within)
    given = {"payment_id": payment_id, "respond_within": within, **how}
    body = {name: value for name, value in given.items() if value is not None}
    made = now.sandbox("dispute").post("/sandbox/disputes", body)
    now.show(made, {name: made[name] for name in ROWS})
