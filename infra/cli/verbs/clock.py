"""Shows and moves a test stage's clock."""

import click

from infra.cli.session import session
from payment_gateway import acts, durations


@click.command()
@click.argument("advance", required=False)
@click.option("--to", "moment", help="Move the clock to this moment (ISO 8601).")
def command(*, advance: str | None, moment: str | None) -> None:
    """Shows the stage's clock, or moves it forward by ADVANCE (30s, 20m, 2h, 3d).

    The command returns when all that became due has been done.
    """
    now = session()
    client = now.sandbox("clock")
    if advance and moment:
        raise click.UsageError("Name ADVANCE or --to, not both.")
    if moment:
        answer = client.post("/sandbox/clock", {"to": moment})
    elif advance:
        answer = acts.advance(client, _seconds(advance))
    else:
        answer = client.get("/sandbox/clock")
    now.show(answer, answer)


def _seconds(text: str) -> float:
    try:
        return durations.seconds(text)
    except ValueError as error:
        raise click.UsageError(f"{error}.") from None
