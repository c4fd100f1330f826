"""Prints events as they happen, and forwards them."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Never

import click

from infra.cli.listening.courier import OPTIONS_VARIABLE, Options
from infra.cli.listening.cursor import file_for
from infra.cli.listening.orders import ORDERS
from infra.cli.parameters import Duration, Url, complete_event
from infra.cli.session import Session, session
from infra.environment import ROOT
from infra.local.settings import read_settings

TEST_WEBHOOK_SECRET = "whsec_test_abc123"


@click.command()
@click.option("--forward-to", type=Url(), metavar="URL", help="Post every event to this server as a webhook.")
@click.option(
    "--webhook-secret", default="", help="Sign with this secret. Default: WEBHOOK_SECRET, or the test merchant's."
)
@click.option("--order", type=click.Choice([*ORDERS]), default="in-order", show_default=True)
@click.option("--seed", type=int, help="The seed of --order shuffled. Default: a new one, which is printed.")
@click.option("--twice", is_flag=True, help="Deliver every event twice.")
@click.option("--delay", type=Duration(), default="0s", show_default=True, help="Wait before each delivery.")
@click.option("--window", type=Duration(), default="2s", show_default=True, help="Reorder what comes in such a time.")
@click.option("--retries", default=4, show_default=True, help="Tries after an answer that is not 2xx.")
@click.option(
    "--type",
    "types",
    multiple=True,
    shell_complete=complete_event,
    help="Only events of this type; may be given several times.",
)
@click.option(
    "--since", default="", metavar="EVENT_ID", help="Begin after this event. Default: where the last listener ended."
)
@click.option("--cursor", type=click.Path(path_type=Path), help="The cursor's file. Default: one in .local/listen.")
def command(*, cursor: Path | None, twice: bool, seed: int | None, webhook_secret: str, **how: Any) -> None:
    """Prints every event as it happens, and posts it to a server of yours with the headers and signature of a webhook.

    The first start begins with the next event. A later start begins where the last one ended, so that nothing is missed
    and nothing repeated while it was off. docs/cli.md says what holds when it is killed.
    """
    now = session()
    secret = webhook_secret or now.environ.get("WEBHOOK_SECRET") or TEST_WEBHOOK_SECRET
    chosen = random.randrange(10**6) if seed is None else seed  # noqa: S311  # an order, no secret
    if how["order"] == "shuffled":
        click.echo(f"seed {chosen}", err=True)
    options = Options(
        api=now.client.api,
        key=now.client.key,
        secret=now.client.secret,
        cursor=str(_cursor(now, cursor, how["forward_to"] or "")),
        webhook_secret=secret,
        copies=2 if twice else 1,
        seed=chosen,
        as_json=now.as_json,
        **how | {"forward_to": how["forward_to"] or ""},
    )
    sys.exit(_run(options))


def _cursor(now: Session, named: Path | None, forward_to: str) -> Path:
    if named:
        return named.resolve()
    return file_for(read_settings(now.environ).folder, now.client.api, now.client.key, forward_to)


def _run(options: Options) -> int:
    """Runs the courier until it ends or a signal comes. Returns the exit status."""
    signal.signal(signal.SIGTERM, _end)
    courier = subprocess.Popen(
        [sys.executable, "-m", "infra.cli.listening.courier"],
        cwd=ROOT,
        env=os.environ | {OPTIONS_VARIABLE: options.as_text()},
        stdin=subprocess.PIPE,  # nothing is written to it: its end tells the courier that this process is gone
        start_new_session=True,  # this process handles a Ctrl-C in the terminal
    )
    try:
        return courier.wait()
    finally:
        if courier.stdin:
            courier.stdin.close()
        courier.wait()


def _end(_number: int, _frame: object) -> Never:
    raise SystemExit(0)
