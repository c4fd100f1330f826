"""Shows and moves a test stage's clock."""

import sys
from typing import Any

import click

from infra.cli.parameters import Duration
from infra.cli.session import Session, session
from payment_gateway import acts
from payment_gateway.client import Client


@click.command(context_settings={"ignore_unknown_options": True})  # -5 is a wrong duration, no unknown option
@click.argument("advance", type=Duration(), required=False)
@click.option("--to", "moment", help="Move the clock to this moment (ISO 8601).")
def command(*, advance: float | None, moment: str | None) -> None:
    """Shows the stage's clock, or moves it forward by ADVANCE (30s, 20m, 2h, 3d).

    The command returns when all that became due has been done.
    """
    if advance is not None and moment:
        raise click.UsageError("Name ADVANCE or --to, not both.")
    now = session()
    client = now.sandbox("clock")
    how = {"advance": advance, "to": moment}
    wanted = {name: value for name, value in how.items() if value is not None}
    shown = _move(now, client, wanted) if wanted else client.get("/sandbox/clock")
    now.show(shown, {name: shown[name] for name in ("now", "offset")})


def _move(now: Session, client: Client, wanted: dict[str, Any]) -> Any:
    """Moves the clock, with a progress bar for a person."""
    if now.as_json or not sys.stdout.isatty():
        return acts.move_clock(client, **wanted)
    from rich.progress import Progress  # noqa: PLC0415  # slow to import, and --json does not need it

    with Progress(transient=True) as progress:
        bar = progress.add_task("time passes", total=1.0)
        return acts.move_clock(client, lambda shown: progress.update(bar, completed=shown["job"]["progress"]), **wanted)
