"""Creates a merchant."""

import sys

import click

from infra.cli.session import session
from payment_gateway import acts


@click.command()
@click.argument("name", required=False)
@click.argument("email", required=False)
def command(*, name: str | None, email: str | None) -> None:
    """Creates a merchant and shows its keys, this once.

    Without NAME: a fresh merchant of a test stage. With NAME and EMAIL: a merchant of the gateway of this folder, or of
    the deployed one that STAGE and STACK_NAME name.
    """
    now = session()
    if name is None:
        made = acts.merchant(now.sandbox("merchant"))
        now.show(made, made)
        return
    from infra.merchant import main  # noqa: PLC0415  # imports the application

    sys.exit(main(name, email or "", as_json=now.as_json))
