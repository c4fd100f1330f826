"""Makes the gateway's own API fail for a merchant."""

from typing import Any

import click

from infra.cli.parameters import Duration
from infra.cli.session import session

COLUMNS = ("id", "effect", "match", "when", "times", "seconds")


@click.command()
@click.argument("effect", type=click.Choice(["error", "throttle", "hang", "cut"]), required=False)
@click.option(
    "--match", default="*", show_default=True, help="A method and a path, such as `POST /orders`; * is any text."
)
@click.option("--after", is_flag=True, help="Strike after the effect is committed: only the answer is lost.")
@click.option("--times", type=click.IntRange(1, 10_000), default=1, show_default=True, help="Requests that it strikes.")
@click.option("--seconds", type=Duration(), default="10s", show_default=True, help="How long a hang lasts.")
@click.option("--clear", is_flag=True, help="Delete all faults of the merchant.")
def command(*, effect: str | None, clear: bool, after: bool, **how: Any) -> None:
    """Lets the next requests of the merchant fail, or lists what is left of the faults.

    EFFECT: error is a 500, throttle a 429, hang answers late, cut closes the connection without an answer.
    """
    if clear and effect:
        raise click.UsageError("Name EFFECT or --clear, not both.")
    now = session()
    client = now.sandbox("fault")
    if clear:
        gone = client.call("DELETE", "/sandbox/faults")
        now.show(gone, gone)
    elif effect:
        made = client.post("/sandbox/faults", {"effect": effect, "when": "after" if after else "before", **how})
        now.show(made, made)
    else:
        page = client.get("/sandbox/faults")
        now.show_table(page, COLUMNS, ([fault[name] for name in COLUMNS] for fault in page["data"]))
