"""`make diagrams`: draws the lives of payments, orders and refunds into docs/architecture.md, from the domain."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from chalicelib.domain import orders, payments, refunds

PAGE = Path(__file__).parent.parent / "docs" / "architecture.md"
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


def _mermaid(lines: Iterator[str]) -> Iterator[str]:
    yield from ("```mermaid", "stateDiagram-v2", *lines, "```")


DRAWINGS = {
    "payments": lambda: _mermaid(_payments()),
    "orders": lambda: _mermaid(_orders()),
    "refunds": lambda: _mermaid(_refunds()),
    "states": _states,
    "edges": _edges,
}


def drawn(page: str) -> str:
    """Returns the page with every drawing between its marks made anew. Raises KeyError for an unknown drawing."""
    return MARKS.sub(lambda marks: marks[1] + "\n".join(DRAWINGS[marks["name"]]()) + "\n" + marks[3], page)


def main() -> int:
    PAGE.write_text(drawn(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
