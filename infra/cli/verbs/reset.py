"""Deletes the data of this folder's gateway."""

import click

from infra.cli.session import session
from infra.local import control
from infra.local.settings import read_settings


@click.command()
def command() -> None:
    """Deletes all local data: orders, payments, queues, logs. The gateway must be down."""
    text = control.reset(read_settings(session().environ))
    session().show({"message": text}, {text: None})
