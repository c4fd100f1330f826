"""Sends an event again."""

import click

from infra.cli.session import session


@click.command()
@click.argument("event_id")
@click.option("--endpoint", "endpoint_id", help="Send it to this endpoint only. Default: every subscribed endpoint.")
def command(*, event_id: str, endpoint_id: str | None) -> None:
    """Sends an event again to the merchant's endpoints, and to every `gateway listen`."""
    now = session()
    answer = now.client.post(f"/events/{event_id}/resend", {"endpoint_id": endpoint_id} if endpoint_id else {})
    now.show(answer, answer)
