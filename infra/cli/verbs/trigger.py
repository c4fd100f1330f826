"""Makes an event happen."""

import click

from infra.cli.parameters import complete_event
from infra.cli.session import session


@click.command()
@click.argument("event", shell_complete=complete_event)
def command(*, event: str) -> None:
    """Makes EVENT happen, such as payment.failed, with the order, payment or refund that it needs."""
    now = session()
    made = now.sandbox("trigger").post("/sandbox/trigger", {"event": event})
    now.show(made, made)
