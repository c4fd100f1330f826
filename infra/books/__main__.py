"""Exports a stage's books (`python -m infra.books --format beancount`) or checks them (`make books-check`).

Exit status of the check: 0 when beancount agrees with every balance, 1 otherwise.
"""

import argparse
import os
import sys

from infra.audit.stage import Stage
from infra.books import FORMATS, beancount
from infra.books.check import beancounts, differences, gateways
from infra.target import use_target
from infra.usage import UsageError


def check(stage: Stage) -> int:
    """Prints what differs. Reads the totals before the postings; a busy stage may differ by what happens in between."""
    totals, postings = stage.totals(), stage.postings()
    ours = gateways(totals.values())
    found = list(differences(ours, beancounts(beancount(postings.values()))))
    print("\n".join(found) if found else f"beancount agrees: {len(postings)} postings, {len(ours)} balances.")
    return 1 if found else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.books", description=__doc__)
    parser.add_argument("--format", choices=sorted(FORMATS), default="beancount")
    parser.add_argument("--merchant", help="one merchant's books only")
    parser.add_argument("--check", action="store_true", help="compare every balance with beancount's")
    wanted = parser.parse_args()
    try:
        use_target()
    except UsageError as error:
        print(error, file=sys.stderr)
        return 1
    stage = Stage(os.environ.get("STACK_NAME", "gateway-local"), wanted.merchant)
    if not stage.is_there():
        print(f"There is no merchant {wanted.merchant}.", file=sys.stderr)
        return 1
    if wanted.check:
        return check(stage)
    sys.stdout.write(FORMATS[wanted.format](stage.postings().values()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
