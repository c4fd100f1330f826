"""Prints the log of this folder's gateway."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import click

from infra.cli.session import Session, session
from infra.local import log
from infra.local.settings import read_settings
from infra.usage import UsageError

LOOK_EVERY = 0.2  # seconds
SOURCES = ("api", "worker", "pages", "emulator", "supervisor")


@click.command()
@click.option("--follow", "-f", is_flag=True, help="Go on with new lines until Ctrl-C.")
@click.option(
    "--lines", "-n", type=click.IntRange(0), default=50, show_default=True, help="Lines from the end of the log."
)
@click.option("--source", type=click.Choice(SOURCES), help="Only lines of one process.")
@click.option("--trace", help="Only lines of one trace; `gateway trace` shows its id.")
def command(*, follow: bool, lines: int, source: str | None, trace: str | None) -> None:
    """Prints the log of the gateway in this folder. With --json every line is a JSON object."""
    now = session()
    file = read_settings(now.environ).folder / "gateway.log"
    if not file.exists():
        raise UsageError(f"There is no log at {file}; `gateway up` writes one.")
    with file.open(encoding="utf-8", errors="replace") as opened:
        known = [entry for entry in map(log.parse, opened) if _is_wanted(entry, source, trace)]
        for entry in known[-lines:] if lines else []:
            _print(now, entry)
        for entry in _further(opened, file) if follow else ():
            if _is_wanted(entry, source, trace):
                _print(now, entry)


def _is_wanted(entry: dict[str, Any], source: str | None, trace: str | None) -> bool:
    traces = {entry.get("trace_id"), *entry.get("trace_ids", ()), *(span["trace"] for span in entry.get("spans", ()))}
    return source in {None, entry.get("source")} and (trace is None or trace in traces)


def _further(opened: IO[str], file: Path) -> Iterator[dict[str, Any]]:
    """Yields new lines for ever, also those of a later start that has set a large log aside."""
    line = ""
    while True:
        line += opened.readline()
        if line.endswith("\n"):
            yield log.parse(line)
            line = ""
            continue
        time.sleep(LOOK_EVERY)
        if _is_another(opened, file):
            opened = file.open(encoding="utf-8", errors="replace")


def _is_another(opened: IO[str], file: Path) -> bool:
    return file.exists() and not os.path.samestat(file.stat(), os.fstat(opened.fileno()))


def _print(now: Session, entry: dict[str, Any]) -> None:
    if now.as_json:
        click.echo(json.dumps(entry))
    elif short := log.shorten(entry):
        click.echo(f"{str(entry.get('timestamp', ''))[11:19]} {entry.get('source', ''):<10} {short}")
