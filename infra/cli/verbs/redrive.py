"""Sends dead letters back."""

import sys

import click

from infra.cli.session import session


@click.command()
@click.argument("queue")
def command(*, queue: str) -> None:
    """Sends every message of a dead-letter queue back to its QUEUE: payments, refunds, deliveries, deliveries-slow.

    Works on the gateway of this folder, or on the deployed one that STAGE and STACK_NAME name.
    """
    from infra.redrive import main  # noqa: PLC0415  # imports the application

    sys.exit(main(queue, as_json=session().as_json))
