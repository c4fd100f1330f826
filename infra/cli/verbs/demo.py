"""Walks a payment through its life."""

import sys

import click

from infra.cli.session import session


@click.command()
def command() -> None:
    """Walks a payment through its whole life on the gateway of this folder, or on one that it starts for itself."""
    from infra.demo import main  # noqa: PLC0415  # the other verbs do not need it

    sys.exit(main(as_json=session().as_json))
