"""What goes wrong because of how a tool was called, and how its command lines are spelt."""

import os


class UsageError(Exception):
    """Something the person who typed the command can change; its text is the whole answer."""


def command(verb: str) -> str:
    """Returns the command line of a verb as this person types it: `make up` or `gateway up`."""
    typed = "GATEWAY_FOLDER" in os.environ and "MAKELEVEL" not in os.environ
    return f"gateway {verb}" if typed else f"make {verb}"
