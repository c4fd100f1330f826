"""Shows the waterfall of one payment, refund or other object from the log of this folder's gateway."""

import click

from infra.cli.session import session
from infra.local import spans
from infra.local.settings import read_settings
from infra.local.spans import Row
from infra.usage import UsageError

BAR = 30  # characters for the whole time of a trace
COLUMNS = ("span", "of", "at ms", "takes ms", "", "result")
RESULTS = ("status", "answer", "outcome", "error_class")


@click.command()
@click.argument("object_id")
def command(*, object_id: str) -> None:
    """Shows where the time of an object went, such as pay_…: the request, each queue, the bank, each webhook.

    An object has a trace for each request that moved it. `gateway logs --trace ID` prints the log lines of a trace.
    """
    now = session()
    folder = read_settings(now.environ).folder
    found = spans.about(spans.read(folder), object_id)
    if not found:
        raise UsageError(f"The log in {folder} has no span of {object_id}. It keeps what the last runs wrote.")
    if now.as_json:
        traces = [{"trace_id": trace, "spans": [row.view() for row in rows]} for trace, rows in found.items()]
        now.print_json({"object_id": object_id, "traces": traces})
        return
    for trace, rows in found.items():
        click.echo(f"trace {trace}")
        now.show_table(None, COLUMNS, map(_cells, rows, [_whole(rows)] * len(rows)))


def _whole(rows: list[Row]) -> float:
    return max(*(row.at + row.lasts for row in rows), 1.0)


def _cells(row: Row, whole: float) -> tuple[str, ...]:
    """Returns a row's cells. whole: the milliseconds of the trace."""
    facts = row.facts
    label = f"{'  ' * row.depth}{row.span['name']} {facts.get('queue', '')}"
    of = facts.get("delivery_id") or facts.get("object_id") or f"{facts.get('method', '')} {facts.get('route', '')}"
    before, length = round(row.at / whole * BAR), max(1, round(row.lasts / whole * BAR))
    result = " ".join(str(facts[name]) for name in RESULTS if name in facts)
    return label.rstrip(), str(of).strip(), f"{row.at:.1f}", f"{row.lasts:.1f}", " " * before + "█" * length, result
