"""Decides what becomes of a payment, refund, dispute or settlement."""

import click

from infra.cli.session import next_action, session
from payment_gateway import acts

ROWS = ("id", "status", "captured", "late", "error_code", "reason", "utr")


@click.command()
@click.argument("object_id")
@click.argument("action")
@click.option("--code", help="A decline code for `decline`; the code that the payer enters for `challenge`.")
@click.option("--patience", default=acts.PATIENCE, show_default=True, help="Seconds to wait for the effect.")
def command(*, object_id: str, action: str, code: str | None, patience: float) -> None:
    """Does ACTION with a payment (pay_…), refund (rfnd_…), dispute (disp_…) or settlement (setl_…), as its payer, the
    bank or the merchant would: approve, decline, late_approve, win, … A wrong ACTION is answered with the legal ones.

    The command returns when the act has moved the object.
    """
    now = session()
    try:
        acts.kind_of(object_id)
    except ValueError as error:
        raise click.UsageError(f"{error}.") from None
    found = acts.act(now.sandbox("act"), object_id, action, code, patience)
    now.show(found, {name: found[name] for name in ROWS if found.get(name) is not None} | next_action(found))
