"""Rehearses a restore."""

import sys
from pathlib import Path

import click


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
def command(*, file: Path | None) -> None:
    """Wipes the tables of a test stage, restores the copy in FILE or a fresh one, and audits the records.

    Prints what was lost since the copy, and the time that it took. Exit status 1: the audit found something.
    """
    from infra.backup.__main__ import main  # noqa: PLC0415  # imports the application

    sys.exit(main(["--", str(file)] if file else []))
