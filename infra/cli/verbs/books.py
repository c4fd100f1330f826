"""Exports or checks the books."""

import os
import subprocess
import sys

import click

from infra.cli.session import session
from infra.environment import ROOT


@click.command()
@click.option("--format", "form", help="The form of the export. Default: beancount.")
@click.option("--merchant", help="One merchant's books only.")
@click.option("--check", is_flag=True, help="Compare every balance with the one that beancount computes.")
def command(*, form: str | None, merchant: str | None, check: bool) -> None:
    """Exports the books of the gateway of this folder, or of the deployed one that STAGE and STACK_NAME name."""
    given = [*(["--format", form] if form else []), *(["--merchant", merchant] if merchant else [])]
    switches = [*(["--check"] if check else []), *(["--json"] if session().as_json else [])]
    words = [sys.executable, "-m", "infra.books", *given, *switches]
    sys.exit(subprocess.run(words, cwd=ROOT, env=dict(os.environ), check=False).returncode)
