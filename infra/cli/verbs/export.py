"""Exports a merchant's data."""

import sys
from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--merchant", required=True, help="The merchant's id.")
def command(*, file: Path, merchant: str) -> None:
    """Writes all data of a merchant to FILE as JSON lines, without secrets and card numbers.

    Works on the gateway of this folder, or on the deployed one that STAGE and STACK_NAME name.
    """
    from infra.privacy import export  # noqa: PLC0415  # imports the application

    sys.exit(export(merchant, file))
