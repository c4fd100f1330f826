"""Defines the kinds of values that commands take."""

import re
from typing import Any
from urllib.parse import urlsplit

import click

from payment_gateway import durations

INSTRUMENT = re.compile(r".+@.+|[0-9](?:[ -]?[0-9]){12,18}")


def complete_event(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Returns the types of events that begin so, for the shell."""
    from chalicelib.domain.webhooks import ALL_EVENTS  # noqa: PLC0415  # only the shell asks

    return [event for event in ALL_EVENTS if event.startswith(incomplete)]


class Duration(click.ParamType[float]):
    """Reads 30s, 20m, 2h, 3d or a number of seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            return durations.seconds(str(value))
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)


class Instrument(click.ParamType[str]):
    """Reads a VPA or a card number."""

    name = "instrument"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not INSTRUMENT.fullmatch(str(value)):
            self.fail(
                f"{value!r} is no VPA such as success@upi and no card number; `gateway instruments` lists both.",
                param,
                ctx,
            )
        return str(value)


class Url(click.ParamType[str]):
    """Reads the address of an HTTP server."""

    name = "url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        parts = urlsplit(str(value))
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            self.fail(f"{value!r} is no address; write http://localhost:3000/webhooks.", param, ctx)
        return str(value)
