"""Erases a customer."""

import sys

import click


@click.command()
@click.option("--merchant", required=True, help="The merchant's id.")
@click.option("--customer", required=True, help="The customer's id, email address, contact or UPI address.")
def command(*, merchant: str, customer: str) -> None:
    """Removes a customer's personal data from a merchant's records. Amounts, states and books stay as they are.

    A killed run is continued by the same command. Works on the gateway of this folder, or on the deployed one that
    STAGE and STACK_NAME name.
    """
    from infra.privacy import erase  # noqa: PLC0415  # imports the application

    sys.exit(erase(merchant, customer))
