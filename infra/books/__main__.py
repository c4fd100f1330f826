"""Exports a stage's books (`python -m infra.books --format beancount`) or checks them (`make books-check`).

Exit status of the check: 0 when beancount agrees with every balance, 1 otherwise.
"""

import argparse
import json
import os
import sys

from infra.audit.stage import Stage
from infra.books import FORMATS, beancount
from infra.books.check import beancounts, differences, gateways
from infra.target import use_target
from infra.usage import told


def check(stage: Stage, *, as_json: bool) -> int:
    """Prints what differs. Raises UsageError without beancount.

    Reads the totals before the postings; a busy stage may differ by what happens in between.
    """
    totals, postings = stage.totals(), stage.postings()
    ours = gateways(totals.values())
    found = list(differences(ours, beancounts(beancount(postings.values()))))
    if as_json:
        print(json.dumps({"postings": len(postings), "balances": len(ours), "differences": found}))
    else:
        print("\n".join(found) if found else f"beancount agrees: {len(postings)} postings, {len(ours)} balances.")
    return 1 if found else 0


def export(stage: Stage, form: str) -> int:
    sys.stdout.write(FORMATS[form](stage.postings().values()))
    return 0


@told
def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.books", description=__doc__)
    parser.add_argument("--format", choices=sorted(FORMATS))
    parser.add_argument("--json", action="store_true", help="print JSON, also what --check found")
    parser.add_argument("--merchant", help="one merchant's books only")
    parser.add_argument("--check", action="store_true", help="compare every balance with beancount's")
    wanted = parser.parse_args()
    if wanted.json and wanted.format not in {None, "json"}:
        parser.error(f"--json goes without --format {wanted.format}")
    use_target()
    return _run(wanted)


def _run(wanted: argparse.Namespace) -> int:
    """Exports or checks. Raises UsageError."""
    stage = Stage(os.environ.get("STACK_NAME", "gateway-local"), wanted.merchant)
    if not stage.is_there():
        print(f"There is no merchant {wanted.merchant}.", file=sys.stderr)
        return 1
    if wanted.check:
        return check(stage, as_json=wanted.json)
    return export(stage, wanted.format or ("json" if wanted.json else "beancount"))


if __name__ == "__main__":
    sys.exit(main())
