"""`make restore-drill`: copies the tables of a test stage, wipes them, restores the copy and audits the records.

The drill prints what was lost since the copy, and the seconds that each step took. It keeps the copy in a file; with
that file the drill can be repeated if it breaks off. Exit status: 0 when the audit is clean.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import boto3

from infra.backup import copies
from infra.backup.tables import Tables
from infra.deployment import template
from infra.environment import environment
from infra.local.settings import read_settings
from infra.target import use_target
from infra.usage import UsageError, told

MINUTE = 60


@told
def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make restore-drill", description=__doc__)
    parser.add_argument("file", nargs="?", help="an earlier copy; without it the drill makes one")
    parser.add_argument("--copy-only", action="store_true", help="write the copy and change nothing")
    wanted = parser.parse_args(arguments)
    tables = _tables()
    file = Path(wanted.file or read_settings(environment()).folder / "copy.jsonl")
    if wanted.copy_only or not wanted.file:
        _copy(tables, file)
    return 0 if wanted.copy_only else _drill(tables, _read(file))


def _tables() -> Tables:
    """Returns the target's tables. Raises UsageError for a stage whose records must not be wiped."""
    use_target()
    from chalicelib.config import settings  # noqa: PLC0415  # reads the environment that use_target sets

    if not settings().is_test_stage:
        raise UsageError("The drill deletes all records, so it runs on test stages only.")
    return Tables(boto3.client("dynamodb"), settings().stack_name, template.load())


def _copy(tables: Tables, file: Path) -> None:
    copy = tables.copy(time.time())
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        copies.save(copy, file)
    except OSError as error:
        raise UsageError(f"The copy cannot be written: {error}.") from error
    print(f"Copied     {copy.count()} records of {len(copy.records)} tables to {file}")


def _read(file: Path) -> copies.Copy:
    try:
        return copies.read(file)
    except (ValueError, OSError) as error:
        raise UsageError(f"{error}. Make a copy first: gateway backup FILE") from error


def _drill(tables: Tables, copy: copies.Copy) -> int:
    lost, at = copies.loss(copy.records, tables.read(copy.records)), time.time()
    print(f"Wiped      {tables.wipe()} records")
    tables.put(copy.records)
    print(f"Restored   {copy.count()} records in {time.time() - at:.1f} s")
    print(f"Lost       {lost.total()} records of the {(at - copy.at) / MINUTE:.1f} minutes after the copy")
    for what, by_table in (("new", lost.missing), ("changed", lost.changed), ("deleted", lost.deleted)):
        for table, number in by_table.items():
            print(f"           {number} {what} in {table}")
    return _bring_back(at)


def _bring_back(at: float) -> int:
    """Wakes the restored work and audits the records."""
    from infra import requeue  # noqa: PLC0415  # imports the application
    from infra.audit.__main__ import main as audit  # noqa: PLC0415  # as above

    requeue.main()
    status = audit([])
    print(f"The drill took {time.time() - at:.1f} s from the loss to the audit's end.")
    return status


if __name__ == "__main__":
    sys.exit(main())
