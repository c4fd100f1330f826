"""Lists events, or shows one."""

import click

from infra.cli.parameters import complete_event
from infra.cli.session import session

COLUMNS = ("id", "type", "object_id", "sequence", "created_at")


@click.command()
@click.argument("event_id", required=False)
@click.option(
    "--type", "kind", shell_complete=complete_event, help="Only events of this type, such as payment.success."
)
@click.option("--object", "object_id", help="Only events of this object.")
@click.option("--from", "start", help="Only events since this moment (ISO 8601).")
@click.option("--to", "end", help="Only events until this moment (ISO 8601).")
@click.option("--after", help="The events since this event, the oldest first.")
@click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True)
def command(
    *,
    event_id: str | None,
    kind: str | None,
    object_id: str | None,
    start: str | None,
    end: str | None,
    after: str | None,
    limit: int,
) -> None:
    """Lists events, the newest first, or shows one with its data."""
    now = session()
    if event_id:
        now.print_json(now.client.get(f"/events/{event_id}"))
        return
    filters = {"type": kind, "object_id": object_id, "from": start, "to": end, "after": after}
    page = now.client.get("/events", limit=limit, **filters)
    now.show_table(page, COLUMNS, ([event[name] for name in COLUMNS] for event in page["data"]))
