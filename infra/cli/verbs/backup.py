"""Copies the tables."""

import sys
from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def command(*, file: Path) -> None:
    """Copies the tables of a test stage into FILE, for `gateway drill FILE`. Changes nothing."""
    from infra.backup.__main__ import main  # noqa: PLC0415  # imports the application

    sys.exit(main(["--copy-only", "--", str(file)]))
