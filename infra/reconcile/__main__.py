"""Reconciles files with the ledger (`python -m infra.reconcile FILE...`), or writes one as the simulated bank does.

The files are bank statements (camt.053 or CSV) or an acquirer's files (CSV). Several are compared as one: a movement
may come in the file of a later day. Exit status: 0 when all agree, 1 otherwise.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from infra.audit.stage import Stage
from infra.reconcile.ledger import expected
from infra.reconcile.lines import File, Line, together
from infra.reconcile.matching import Result, compare
from infra.reconcile.reading import read_path
from infra.reconcile.writing import FORMS, write
from infra.target import use_target
from infra.usage import UsageError


def report(file: File, result: Result) -> Iterator[str]:
    """Yields the lines to print: the figures, then each exception with what to do about it."""
    yield f"{file.source} file of {file.first} to {file.last}: {len(file.lines)} lines"
    yield f"{result.matched} matched, {result.waiting} may still come, {len(result.exceptions)} exceptions"
    for each in result.exceptions:
        yield _printable(f"{each.name.upper()} {each.subject}: {each.detail}")
        yield f"    {each.advice}"


def _printable(text: str) -> str:
    """Escapes control characters: what a file says must not command the terminal."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.reconcile", description=__doc__)
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--merchant", help="one merchant's ledger only")
    parser.add_argument("--write", choices=sorted(FORMS), help="write the file instead, in this form")
    parser.add_argument("--plant", action="store_true", help="with --write: plant eight errors, and tell them")
    return parser


def main() -> int:
    wanted = _parser().parse_args()
    try:
        use_target()
        stage = _stage(wanted.merchant)
        ledger = expected(stage.postings(), stage.settlements())
        return _write(wanted, ledger) if wanted.write else _compare(wanted.files, ledger)
    except (UsageError, OSError) as error:
        print(_printable(str(error)), file=sys.stderr)
        return 1


def _stage(merchant: str | None) -> Stage:
    stage = Stage(os.environ.get("STACK_NAME", "gateway-local"), merchant)
    if not stage.is_there():
        raise UsageError(f"There is no merchant {merchant}.")
    return stage


def _write(wanted: argparse.Namespace, ledger: list[Line]) -> int:
    if len(wanted.files) > 1:
        raise UsageError("--write takes one file.")
    (path,) = wanted.files
    text, planted = write(wanted.write, ledger, plant=wanted.plant)
    path.write_text(text, encoding="utf-8")
    print("\n".join([f"{path} written", *(f"planted: {name} {subject}" for name, subject in planted.items())]))
    return 0


def _compare(paths: list[Path], ledger: list[Line]) -> int:
    file = together([read_path(path) for path in paths])
    result = compare(file, ledger)
    print("\n".join(report(file, result)))
    return 1 if result.exceptions else 0


if __name__ == "__main__":
    sys.exit(main())
