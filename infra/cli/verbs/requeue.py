"""Wakes what waits."""

import sys

import click


@click.command()
def command() -> None:
    """Sends a job for every payment, refund, settlement and webhook that waits, as after a restore.

    Works on the gateway of this folder, or on the deployed one that STAGE and STACK_NAME name.
    """
    from infra.requeue import main  # noqa: PLC0415  # imports the application

    sys.exit(main())
