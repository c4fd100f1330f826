"""Looks for what is wrong on this machine."""

import sys

import click

from infra.cli.checks import Check, checks
from infra.cli.session import session


@click.command()
def command() -> None:
    """Looks at Python, packages, ports, settings, the folder and the running gateway, and says how to mend what is wrong.

    Exit status 1: something is wrong.
    """
    now = session()
    found = checks(now.environ)
    now.show_table([_as_json(check) for check in found], ("", "what", "found", "mend"), map(_row, found))
    sys.exit(0 if all(check.passed for check in found) else 1)


def _as_json(check: Check) -> dict[str, object]:
    return {"name": check.name, "passed": check.passed, "found": check.found, "mend": check.mend}


def _row(check: Check) -> tuple[str, ...]:
    return ("ok" if check.passed else "BAD", check.name, check.found, check.mend)
