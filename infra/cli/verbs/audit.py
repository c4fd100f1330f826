"""Checks that all records agree."""

import sys

import click

from infra.cli.session import session


@click.command()
@click.option("--merchant", help="Look at one merchant's records only.")
@click.option("--patience", default=300.0, show_default=True, help="Seconds that something may be under way.")
def command(*, merchant: str | None, patience: float) -> None:
    """Checks that all records of a stage agree. Reads only. Exit status 1: it found something.

    Works on the gateway of this folder, or on the deployed one that STAGE and STACK_NAME name.
    """
    from infra.audit.__main__ import main  # noqa: PLC0415  # imports the application

    options = [f"--patience={patience}", *([f"--merchant={merchant}"] if merchant else [])]
    sys.exit(main([*options, *(["--json"] if session().as_json else [])]))
