"""Defines the budget that CI enforces: what each step may use, and what a payment may cost.

`python -m infra.bench budget` measures and rewrites infra/bench/budget.json. The commit message has to say why.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.bench import dollars
from infra.bench.dollars import LIFE, PAID_OUT, PAY_OUT, Step

BUDGET_FILE = Path(__file__).with_name("budget.json")
# Bytes vary a little with the digits of times, so the report shows them and the budget leaves them out.
HELD = ("calls", "invocations", "read_units", "write_units", "writes", "sqs_requests", "kms_requests")
# The settlement reads its postings from shards that random ids choose, and each shard's read is rounded up.
VARYING = {(PAY_OUT, "read_units")}
POLLS = ("poll status",) * 3
# Dollars for a million payments, with batches of ten. A card's own row is written, read and deleted.
MAX_UPI, MAX_AUTO_CAPTURE, MAX_UPI_WITH_POLLS, MAX_CARD_EXTRA = 23.5, 26.0, 35.5, 2.75
MAX_CALLS = {"create order": 2.0, "create payment": 3.0, "settle": 1.5, "deliver": 1.6}


def of(steps: Mapping[str, Step]) -> dict[str, Any]:
    return {
        name: {figure: step[figure] for figure in HELD if (dollars.plain(name), figure) not in VARYING}
        for name, step in steps.items()
    }


def read() -> dict[str, Any]:
    budget: dict[str, Any] = json.loads(BUDGET_FILE.read_text(encoding="utf-8"))
    return budget


def write(steps: Mapping[str, Step]) -> None:
    BUDGET_FILE.write_text(json.dumps(of(steps), indent=2) + "\n", encoding="utf-8")


def changes(steps: Mapping[str, Step]) -> list[str]:
    """Returns a line for every figure that differs from the budget, better or worse."""
    now, then = of(steps), read()
    return [
        f"{name}: {figure} {then.get(name, {}).get(figure)} -> {now.get(name, {}).get(figure)}"
        for name in sorted(now.keys() | then.keys())
        for figure in HELD
        if now.get(name, {}).get(figure) != then.get(name, {}).get(figure)
    ]


def bills(steps: Mapping[str, Step]) -> dict[str, tuple[float, float]]:
    """Returns promise -> (dollars for a million payments, the promised maximum)."""
    upi = dollars.cost(steps, "upi", 10)
    extra = dollars.cost(steps, "card", 10) - upi
    captured = dollars.cost(steps, "captured upi", 10, (*LIFE, *PAID_OUT))
    return {
        "UPI payment: order, payment, settlement, one webhook, deadlines included": (upi, MAX_UPI),
        "the same with automatic capture, its books and its share in a settlement": (captured, MAX_AUTO_CAPTURE),
        "the first with three status polls": (dollars.cost(steps, "upi", 10, LIFE + POLLS), MAX_UPI_WITH_POLLS),
        "a card instead of UPI, on top": (extra, MAX_CARD_EXTRA),
    }


def calls(steps: Mapping[str, Step]) -> dict[str, tuple[float, float]]:
    """Returns step -> (AWS calls for one payment in batches of ten, the maximum)."""
    used = {name: sum(steps[dollars.key(name, "upi", 10)]["calls"].values()) for name in MAX_CALLS}
    return {name: (round(count, 3), MAX_CALLS[name]) for name, count in used.items()}
