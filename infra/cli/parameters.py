"""Defines the kinds of values that commands take."""

from typing import Any

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
