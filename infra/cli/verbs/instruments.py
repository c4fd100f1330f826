"""Lists the test instruments."""

import click

from infra.cli.session import session


@click.command()
def command() -> None:
    """Lists every test card, VPA and amount, with what the simulated bank does with it."""
    now = session()
    tables = now.sandbox("instruments").get("/sandbox/instruments")
    rows = ((kind, each["value"], each["script"]) for kind, table in tables.items() for each in table)
    now.show_table(tables, ("kind", "value", "what the bank does"), rows)
