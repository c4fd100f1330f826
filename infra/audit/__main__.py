"""`make audit`: reads a stage's tables and queues, changes nothing, and prints the records that break a rule.

A stage may be busy while the audit reads it. The audit therefore looks twice, and reports the findings of both looks.
Exit status: 0 when all records agree, 1 when the audit has findings.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence

from infra.audit import RULES, audit
from infra.audit.snapshot import Finding, Snapshot
from infra.audit.stage import Stage
from infra.target import use_target
from infra.usage import told

SECOND_LOOK_SECONDS = 5
SHOWN = 100


def inspect(stage: Stage, patience: float) -> tuple[Snapshot, list[Finding]]:
    """Returns the findings that two looks share. Skips the second look when the first look finds nothing."""
    seen = stage.snapshot(patience)
    findings = audit(seen)
    if not findings:
        return seen, []
    time.sleep(SECOND_LOOK_SECONDS)
    known = {(finding.rule, finding.subject) for finding in findings}
    seen = stage.snapshot(patience)
    return seen, [finding for finding in audit(seen) if (finding.rule, finding.subject) in known]


def report(seen: Snapshot, findings: list[Finding]) -> Iterator[str]:
    read = (
        "orders", "payments", "refunds", "settlements", "deliveries", "events", "postings", "endpoints", "idempotency",
        "totals_after",
    )  # fmt: skip
    yield ", ".join(f"{len(getattr(seen, name))} {name.removesuffix('_after')}" for name in read) + " read"
    for rule in RULES:
        broken = [finding for finding in findings if finding.rule == rule.__name__]
        yield f"{'ok ' if not broken else 'BAD'} {rule.__name__.replace('_', ' ')}" + (
            f" ({len(broken)})" if broken else ""
        )
        yield from (f"      {finding.subject}: {finding.detail}" for finding in broken[:SHOWN])
    yield "Everything agrees." if not findings else f"{len(findings)} findings."


@told
def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make audit", description=__doc__)
    parser.add_argument("--merchant", help="look at one merchant's records only")
    parser.add_argument("--patience", type=float, default=300, help="seconds that something may be under way")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON lines")
    wanted = parser.parse_args(arguments)
    use_target()
    stage = Stage(os.environ.get("STACK_NAME", "gateway-local"), wanted.merchant)
    if not stage.is_there():
        print(f"There is no merchant {wanted.merchant}.", file=sys.stderr)
        return 1
    seen, findings = inspect(stage, wanted.patience)
    lines = (
        (json.dumps({"rule": f.rule, "subject": f.subject, "detail": f.detail}) for f in findings)
        if wanted.json
        else report(seen, findings)
    )
    print("\n".join(lines))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
