"""Stops the gateway of this folder."""

import click

from infra.cli.session import session
from infra.local import control
from infra.local.settings import read_settings


@click.command()
def command() -> None:
    """Stops the gateway that runs in this folder, in the background or in another terminal. Its data is kept."""
    text = control.down(read_settings(session().environ))
    session().show({"message": text}, {text: None})
