"""Writes docs/performance.md, its plot and docs/scaling.md from the measurements."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from infra.bench import budget, cold, dollars, payouts, plot, profiling, scaling
from infra.bench.dollars import LIFE, Step
from infra.environment import ROOT

DOCS = ROOT / "docs"
LEAST_CPU = 0.1  # seconds; the report leaves out a process that used less
# The text of docs/performance.md around its tables. The report fills in the figures.
TEXT = ROOT / "infra" / "bench" / "performance.md"
SCALING_TEXT = ROOT / "infra" / "bench" / "scaling.md"

Figures = Mapping[str, Any]


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Returns a Markdown table. All columns but the first hold figures."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def _money(value: float) -> str:
    return f"{value:.2f}"


def bill(steps: Mapping[str, Step], kind: str, batch: int) -> str:
    """Returns a table with a row for each step and a column for each line of the bill."""
    names = [*LIFE, "poll status"]
    rows = [dollars.lines(name, steps[dollars.key(name, kind, batch)]) for name in names]
    body = [
        [name, *(_money(value) for value in row.values()), _money(sum(row.values()))]
        for name, row in zip(names, rows, strict=True)
    ]
    whole = [sum(column) for column in zip(*(row.values() for row in rows[: len(LIFE)]), strict=True)]
    total = ["**order to webhook**", *(_money(value) for value in whole), f"**{_money(sum(whole))}**"]
    return table(["step", *rows[0], "sum"], [*body[: len(LIFE)], total, body[-1]])


def counts(steps: Mapping[str, Step]) -> str:
    rows = [
        [
            name, round(sum(step["calls"].values()), 2), step["read_units"], step["write_units"], step["sqs_requests"],
            step["kms_requests"], step["invocations"], round(step["bytes_sent"]), round(step["bytes_received"]),
        ]
        for name, step in steps.items()
    ]  # fmt: skip
    head = ["step", "AWS calls", "read units", "write units", "SQS", "KMS", "Lambda", "bytes out", "bytes in"]
    return table(head, rows)


def promises(steps: Mapping[str, Step]) -> str:
    money = [[name, f"${_money(paid)}", f"${_money(most)}"] for name, (paid, most) in budget.bills(steps).items()]
    calls = [[f"AWS calls: {name}", str(made), str(most)] for name, (made, most) in budget.calls(steps).items()]
    return table(["", "counted", "at most"], money + calls)


def card_keys() -> str:
    """Returns the cost of the card keys. Each data key takes two KMS requests: one to seal and one to open."""
    price = dollars.prices()["kms_request"]
    rows = [[payments, _money(2 * price / payments)] for payments in (1, 6, 30, 300, 3000)]
    return table(["card payments of one environment in five minutes", "dollars a million"], rows)


def floor(figures: Figures) -> str:
    rows = [
        [name, f["ours_ms"], f["floor_ms"], f["ratio"], f["short_ms"], f["short_ratio"]] for name, f in figures.items()
    ]
    return table(["request, p50", "ms", "bare boto3, ms", "ratio", "bare, the short way, ms", "ratio"], rows)


def profile(steps: profiling.Profile, inside: Figures) -> str:
    """Returns the tables of `python -m infra.bench profile`."""
    life = table(["CPU ms", *steps, "a payment's life"], list(profiling.rows(steps)))
    return f"{life}\n\n{table(['of the emulator', 'share'], profiling.emulators(inside))}"


def bursts(figures: Mapping[str, Figures]) -> str:
    rows = [
        [
            name, f["payments"], f["creates_per_second"], f["webhooks_per_second"], f["after_last_request"],
            f["create_ms"]["p50"], f["create_to_webhook_ms"]["p50"], f["create_to_webhook_ms"]["p99"],
            " + ".join(f"{process} {seconds}" for process, seconds in f["cpu_seconds"].items() if seconds >= LEAST_CPU),
        ]
        for name, f in figures.items()
    ]  # fmt: skip
    head = [
        "", "payments", "creates/s", "webhooks/s", "last webhook after last request, s", "create p50 ms",
        "to webhook p50 ms", "p99 ms", "CPU seconds",
    ]  # fmt: skip
    return table(head, rows)


def growth(figures: Mapping[str, Mapping[str, Figures]]) -> str:
    """Returns the table of growth. figures: the result of infra/bench/growth.py."""
    sizes = list(figures)
    rows = []
    for name in figures[sizes[0]]:
        across = [figures[size][name] for size in sizes]
        uses = {f"{f['calls']} calls, {f['read_units']:g} + {f['write_units']:g} units" for f in across}
        ratio = across[-1]["p50_ms"] / across[0]["p50_ms"]
        rows.append([name, *(f["p50_ms"] for f in across), f"{ratio:.2f}", " → ".join(sorted(uses))])
    return table(["request, p50 ms", *(f"{int(size):,} stored" for size in sizes), "ratio", "uses"], rows)


def imports(figures: Figures) -> str:
    rows = [[name, f["ms"], f["ratio"], f["memory_mb"]] for name, f in figures["imports"].items()]
    return table(["process", "CPU ms", f"ratio (API at most {cold.MAX_RATIO})", "peak memory, MB"], rows)


def packages(figures: Figures) -> str:
    times, sizes = figures["by_package"], figures["package_sizes"]
    names = sorted(times.keys() | sizes.keys(), key=lambda name: -times.get(name, 0) - sizes.get(name, 0))
    rows = [[name, times.get(name, ""), sizes.get(name, "")] for name in names]
    return table(["package", "own import time, ms", "MB installed"], rows)


def _drawing(measured: Figures) -> str:
    steps = measured["steps"]
    by_step = {name: dollars.step_cost(name, steps[dollars.key(name, "upi", 10)]) for name in (*LIFE, "poll status")}
    grown = measured["growth"]
    series = {name: [(int(size), grown[size][name]["p50_ms"]) for size in grown] for name in next(iter(grown.values()))}
    return plot.page(
        plot.bars("A million UPI payments, dollars by step (functions fed in tens)", by_step, "$"),
        plot.lines(f"Requests as the tables grow, p50 on {measured['growth_on']}", series),
    )


def performance(measured: Figures) -> str:
    steps = measured["steps"]
    parts = {
        "date": time.strftime("%Y-%m-%d"),
        "cpus": measured["machine"]["cpus"],
        "load": f"{measured['machine']['load']:.1f}",
        "prices_date": dollars.prices()["as_of"],
        "promises": promises(steps),
        "bill": bill(steps, "upi", 10),
        "bill_single": bill(steps, "upi", 1),
        "bill_card": bill(steps, "card", 10),
        "card_keys": card_keys(),
        "settled_payments": payouts.PAYMENTS,
        "counts": counts(steps),
        "floor": floor(measured["floor"]),
        "profile": profile(*measured["profile"]),
        "bursts": bursts(measured["bursts"]),
        "idle": measured["idle"]["create_to_webhook_ms"]["p50"],
        "idle_p95": measured["idle"]["create_to_webhook_ms"]["p95"],
        "growth": growth(measured["growth"]),
        "growth_on": measured["growth_on"],
        "growth_embedded": growth(measured["growth_embedded"]),
        "imports": imports(measured["cold"]),
        "packages": packages(measured["cold"]),
        "artifact": measured["cold"]["artifact"],
    }
    return TEXT.read_text(encoding="utf-8").format(**parts)


def limits(steps: Mapping[str, Step]) -> str:
    rows = [
        [
            limit.what, limit.whose, f"{limit.for_one_payment:.3g}", f"{limit.quota:,.0f}",
            f"{limit.payments_per_second:,.0f}",
            *("yes" if rate <= limit.payments_per_second else "**no**" for rate in scaling.RATES), limit.change,
        ]
        for limit in sorted(scaling.limits(steps), key=lambda each: each.payments_per_second)
    ]  # fmt: skip
    head = ["limit", "of", "one payment/s uses", "quota", "payments/s", *(f"{rate:,}/s?" for rate in scaling.RATES)]
    return table([*head, "what lifts it"], rows)


def partitions(steps: Mapping[str, Step]) -> str:
    rows = [
        [place, f"{used:g}", *(f"{scaling.partitions_for(rate, used):,}" for rate in scaling.RATES)]
        for place, used in scaling.writes(steps).items()
        if "/" not in place
    ]
    return table(["table", "write units a payment", *(f"partitions at {rate:,}/s" for rate in scaling.RATES)], rows)


def scaling_page(steps: Mapping[str, Step]) -> str:
    parts = {"limits": limits(steps), "partitions": partitions(steps), "headroom": f"{scaling.HEADROOM:.0%}"}
    return SCALING_TEXT.read_text(encoding="utf-8").format(**parts)


def write(measured: Figures) -> None:
    (DOCS / "performance.md").write_text(performance(measured), encoding="utf-8")
    (DOCS / "performance.svg").write_text(_drawing(measured), encoding="utf-8")
    write_scaling(measured["steps"])


def write_scaling(steps: Mapping[str, Step]) -> None:
    (DOCS / "scaling.md").write_text(scaling_page(steps), encoding="utf-8")
