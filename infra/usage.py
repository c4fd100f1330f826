"""What goes wrong because of how a tool was called, and how its command lines are spelt."""

import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

P = ParamSpec("P")


class UsageError(Exception):
    """Something the person who typed the command can change; its text is the whole answer."""


def command(verb: str) -> str:
    """Returns the command line of a verb as this person types it: `make up` or `gateway up`."""
    typed = "GATEWAY_FOLDER" in os.environ and "MAKELEVEL" not in os.environ
    return f"gateway {verb}" if typed else f"make {verb}"


def told(main: Callable[P, int]) -> Callable[P, int]:
    """Makes a tool print the text of a UsageError as its whole answer, and return the exit status 1."""

    @wraps(main)
    def telling(*args: P.args, **kwargs: P.kwargs) -> int:
        try:
            return main(*args, **kwargs)
        except UsageError as error:
            print(error, file=sys.stderr)
            return 1

    return telling
