"""Knows which gateway a command talks to, with which keys, and how it prints."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import click

from infra.cli.parameters import Url
from infra.environment import environment
from infra.local import runs
from infra.local.settings import read_settings
from infra.usage import UsageError
from payment_gateway.client import Client

FILE_WIDTH = 1000  # characters; a row stays one line for grep
TEST_KEY, TEST_SECRET = "key_test_abc123", "secret_test_xyz789"
AnyCommand = TypeVar("AnyCommand", bound=click.Command)


@dataclass
class Session:
    """Holds the options that every command takes."""

    as_json: bool = False
    api_base: str = ""
    key: str = ""
    secret: str = ""

    @cached_property
    def environ(self) -> dict[str, str]:
        return environment()

    @cached_property
    def client(self) -> Client:
        """Returns the client of the gateway that --api-base names, or that runs in this folder."""
        named = self.environ.get
        key = self.key or named("GATEWAY_API_KEY") or named("TEST_API_KEY") or TEST_KEY
        secret = self.secret or named("GATEWAY_API_SECRET") or named("TEST_API_SECRET") or TEST_SECRET
        return Client(self._base().rstrip("/").removesuffix("/api/v1"), key, secret)

    def _base(self) -> str:
        given = self.api_base or self.environ.get("GATEWAY_URL")
        if given:
            return given
        settings = read_settings(self.environ)
        run = runs.current(settings)
        return str(run["api"]) if run else settings.api_origin

    def sandbox(self, verb: str) -> Client:
        """Returns the client. Raises UsageError if the gateway has no sandbox."""
        if not self.client.is_test_stage():
            raise UsageError(f"`gateway {verb}` works on test stages only, and {self.client.api} is none.")
        return self.client

    def show(self, value: Any, rows: Mapping[str, Any]) -> None:
        """Prints the value as JSON under --json, and otherwise the rows: a label and a value each."""
        if self.as_json:
            self.print_json(value)
            return
        width = max(map(len, rows), default=0)
        for label, shown in rows.items():
            click.echo(f"{label:<{width}}  {'' if shown is None else shown}".rstrip())

    def show_table(self, value: Any, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Prints the value as JSON under --json, and otherwise a table."""
        if self.as_json:
            self.print_json(value)
            return
        from rich.console import Console  # noqa: PLC0415  # slow to import, and --json does not need it
        from rich.table import Table  # noqa: PLC0415

        table = Table(box=None, header_style="bold", pad_edge=False)
        for column in columns:
            table.add_column(column, overflow="fold")  # an id that is cut is of no use
        for row in rows:
            table.add_row(*("" if cell is None else str(cell) for cell in row))
        console = Console(highlight=False, markup=False)
        console.width = console.width if console.is_terminal else FILE_WIDTH
        console.print(table)

    def print_json(self, value: Any) -> None:
        """Prints one line of JSON."""
        click.echo(json.dumps(value, ensure_ascii=False))


def _remember(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    if value:
        setattr(ctx.ensure_object(Session), str(param.name), value)


def common_options(command: AnyCommand) -> AnyCommand:
    """Gives the command the options that stand before or after a verb."""
    known = {param.name for param in command.params}
    command.params += [option for option in _options() if option.name not in known]
    return command


def _options() -> list[click.Option]:
    return [
        _option("--json", "as_json", is_flag=True, help="Print JSON."),
        _option(
            "--api-base", type=Url(), help="The gateway's address. Default: GATEWAY_URL, or the gateway of this folder."
        ),
        _option("--key", help="The API key. Default: GATEWAY_API_KEY, or the test merchant's."),
        _option("--secret", help="The API secret. Default: GATEWAY_API_SECRET, or the test merchant's."),
    ]


def _option(*names: str, **how: Any) -> click.Option:
    return click.Option(names, expose_value=False, is_eager=True, callback=_remember, **how)


def next_action(payment: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the row that says where the payer must act; none if nowhere."""
    action = payment.get("next_action")
    return {"next action": f"{action['type']} {action['url']}"} if action else {}


def session() -> Session:
    """Returns the session of the command that runs."""
    return click.get_current_context().ensure_object(Session)
