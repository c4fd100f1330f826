"""Pays a merchant out now."""

import click

from infra.cli.session import session

COLUMNS = ("id", "status", "amount", "currency", "fees", "tax")


@click.command()
@click.option("--outcome", type=click.Choice(["paid", "returned", "late"]), default="paid", show_default=True)
@click.option("--pending", is_flag=True, help="Pay out money that has not matured, too.")
def command(*, outcome: str, pending: bool) -> None:
    """Settles the merchant's available money now, one settlement for each currency, and tells the bank what to do.

    A late transfer waits for `gateway act setl_… paid` (or returned).
    """
    now = session()
    made = now.sandbox("settle").post("/sandbox/settlements", {"outcome": outcome, "pending": pending})
    if not made["data"]:
        click.echo("There is no money to settle. --pending takes what has not matured.", err=True)
    now.show_table(made, COLUMNS, ([each[name] for name in COLUMNS] for each in made["data"]))
