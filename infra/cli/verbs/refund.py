"""Refunds a payment."""

import click

from infra.cli.session import session
from payment_gateway import acts


@click.command()
@click.argument("payment_id")
@click.argument("amount", type=click.IntRange(min=1), required=False)
@click.option("--reason", help="A note for the merchant's records.")
@click.option("--wait/--no-wait", default=True, help="Wait until the refund is processed.")
@click.option("--patience", default=acts.PATIENCE, show_default=True, help="Seconds to wait.")
def command(*, payment_id: str, amount: int | None, reason: str | None, wait: bool, patience: float) -> None:
    """Refunds AMOUNT of a payment, in the currency's minor unit, or all that is left."""
    now = session()
    made = acts.refund(now.client, payment_id, amount, reason)
    found = acts.refunded(now.client, made["id"], patience) if wait else made
    now.show(found, {name: found[name] for name in ("id", "payment_id", "status", "amount", "reason")})
