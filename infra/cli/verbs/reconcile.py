"""Compares files of the bank or of the acquirer with the ledger."""

import os
import subprocess
import sys
from pathlib import Path

import click

from infra.environment import ROOT


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--merchant", help="One merchant's ledger only.")
@click.option("--write", "form", help="Write the file instead, as the simulated bank does: camt, bank or acquirer.")
@click.option("--plant", is_flag=True, help="With --write: plant eight errors in the file, and tell them.")
def command(*, files: tuple[Path, ...], merchant: str | None, form: str | None, plant: bool) -> None:
    """Compares each FILE, a camt.053 or CSV statement or an acquirer's CSV, with the ledger, and names what differs.

    Several files are compared as one: a movement may come in the file of a later day.
    """
    given = [*(["--merchant", merchant] if merchant else []), *(["--write", form] if form else [])]
    words = [
        sys.executable,
        "-m",
        "infra.reconcile",
        *given,
        *(["--plant"] if plant else []),
        "--",
        *(str(file.resolve()) for file in files),
    ]
    sys.exit(subprocess.run(words, cwd=ROOT, env=dict(os.environ), check=False).returncode)
