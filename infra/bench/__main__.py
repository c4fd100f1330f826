"""`make bench`: measures, and writes docs/performance.md and docs/scaling.md.

`python -m infra.bench budget` writes the budget alone.
"""

import sys

from infra.bench import budget, lives


def main() -> None:
    match sys.argv[1:]:
        case ["budget"]:
            steps = lives.measure()
            print("\n".join(budget.changes(steps)) or "The budget is as it was.")
            budget.write(steps)


if __name__ == "__main__":
    main()
