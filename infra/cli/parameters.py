"""Defines the kinds of values that commands take."""

from typing import Any
from urllib.parse import urlsplit

import click

from payment_gateway import durations


class Duration(click.ParamType[float]):
    """Reads 30s, 20m, 2h, 3d or a number of seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            return durations.seconds(str(value))
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)


class Url(click.ParamType[str]):
    """Reads the address of an HTTP server."""

    name = "url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        parts = urlsplit(str(value))
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            self.fail(f"{value!r} is no address; write http://localhost:3000/webhooks.", param, ctx)
        return str(value)
