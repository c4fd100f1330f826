"""`make diagrams`: draws the lives of payments, orders, refunds and disputes, and the chart and lines of the books."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from chalicelib.domain import disputes, ledger, orders, payments, refunds, settlements

DOCS = Path(__file__).parent.parent / "docs"
PAGES = (DOCS / "architecture.md", DOCS / "books.md")
MARKS = re.compile(r"(<!-- drawn: (?P<name>\w+) -->\n).*?(<!-- end -->\n)", re.DOTALL)


def _payments() -> Iterator[str]:
    yield "    [*] --> pending: POST /payments"
    for edge in payments.EDGES:
        told = f" ({', '.join(edge.events)})" if edge.events else ""
        yield f"    {edge.source} --> {edge.target}: {'late ' if edge.late else ''}{edge.cause}{told}"


def _orders() -> Iterator[str]:
    yield "    [*] --> created: POST /orders"
    for edge in orders.EDGES:
        yield f"    {edge.source} --> {edge.target}: {edge.cause}{f' ({edge.event})' if edge.event else ''}"


def _refunds() -> Iterator[str]:
    yield "    [*] --> pending: POST /payments/{id}/refunds (refund.created)"
    for edge in refunds.EDGES:
        yield f"    {edge.source} --> {edge.target}: {edge.event}"


def _disputes() -> Iterator[str]:
    yield "    [*] --> open: the payer's bank (dispute.created)"
    for edge in disputes.EDGES:
        yield f"    {edge.source} --> {edge.target}: {edge.cause} ({edge.event})"


def _settlements() -> Iterator[str]:
    yield "    [*] --> created: the merchant's day, or now in the sandbox"
    for edge in settlements.EDGES:
        yield f"    {edge.source} --> {edge.target}: {edge.movement}{f' ({edge.event})' if edge.event else ''}"


def _states() -> Iterator[str]:
    yield "| state | `status` | `captured` | Razorpay's |"
    yield "|---|---|---|---|"
    for state, face in payments.FACES.items():
        yield f"| {state} | {face.status} | {str(face.captured).lower()} | {face.razorpay} |"


def _edges() -> Iterator[str]:
    yield "| from | cause | to | events | its order | money |"
    yield "|---|---|---|---|---|---|"
    for edge in payments.EDGES:
        cause = f"{edge.cause} (late)" if edge.late else edge.cause
        yield f"| {edge.source} | {cause} | {edge.target} | {', '.join(edge.events)} | {edge.order} | {edge.money} |"


def _accounts() -> Iterator[str]:
    yield "| account | kind | balance |"
    yield "|---|---|---|"
    for account, nature in ledger.CHART.items():
        yield f"| `{account}` | {nature.kind} | {nature.meaning} |"


def _movements() -> Iterator[str]:
    yield "| movement | debit | credit |"
    yield "|---|---|---|"
    for movement, rules in ledger.RULES.items():
        debit, credit = (
            "; ".join(f"`{rule.account}`: {rule.part}" for rule in rules if rule.side == side)
            for side in (ledger.DEBIT, ledger.CREDIT)
        )
        yield f"| {movement} | {debit} | {credit} |"


def _mermaid(lines: Iterator[str]) -> Iterator[str]:
    yield from ("```mermaid", "stateDiagram-v2", *lines, "```")


DRAWINGS = {
    "payments": lambda: _mermaid(_payments()),
    "orders": lambda: _mermaid(_orders()),
    "refunds": lambda: _mermaid(_refunds()),
    "disputes": lambda: _mermaid(_disputes()),
    "settlements": lambda: _mermaid(_settlements()),
    "states": _states,
    "edges": _edges,
    "accounts": _accounts,
    "movements": _movements,
}


def drawn(page: str) -> str:
    """Returns the page with every drawing between its marks made anew. Raises KeyError for an unknown drawing."""
    return MARKS.sub(lambda marks: marks[1] + "\n".join(DRAWINGS[marks["name"]]()) + "\n" + marks[3], page)


def main() -> int:
    for page in PAGES:
        page.write_text(drawn(page.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
