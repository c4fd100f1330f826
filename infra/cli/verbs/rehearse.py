"""Brings about an ending that rarely happens."""

import click

from infra.cli.endings import ENDINGS, rehearse
from infra.cli.session import session

ROWS = ("status", "captured", "late", "error_code", "utr")


@click.command()
@click.argument("ending", type=click.Choice([*ENDINGS]), metavar="[ENDING]", required=False)
def command(*, ending: str | None) -> None:
    """Brings about ENDING with an order, payment or refund of its own, and shows how it ended. Without ENDING: the list.

    Exit status 1: it did not end so. Some endings move the clock, which all merchants of the stage share.
    """
    now = session()
    if ending is None:
        listed = [
            {"ending": name, "summary": each.summary, "moves_clock": each.moves_clock} for name, each in ENDINGS.items()
        ]
        columns = ("ending", "what happens", "moves the clock")
        rows = ((name, each.summary, "yes" if each.moves_clock else "") for name, each in ENDINGS.items())
        now.show_table(listed, columns, rows)
        return
    found = rehearse(now.sandbox("rehearse"), ending)
    ended = {name: found["ended"][name] for name in ROWS if found["ended"].get(name) is not None}
    lists = {name: ", ".join(found[name]) for name in ("answers", "events") if found[name]}
    now.show(found, {"ending": ENDINGS[ending].summary, **found["ids"], **ended, **lists})
