"""Defines what all acts on a test stage's objects share."""

from collections.abc import Callable, Iterable
from typing import Annotated

from msgspec import Meta, Struct

from chalicelib.api.call import Call
from chalicelib.domain.errors import BadRequest


class Act(Struct, frozen=True):
    """code: a decline code for `decline`; the code that the payer enters for `challenge`."""

    action: Annotated[str, Meta(max_length=64)]
    code: Annotated[str, Meta(max_length=64)] = ""


# Takes an object's id, the act and the call, and returns a view of the object. Raises NotFound, and BadRequest that
# names the legal acts.
Perform = Callable[[str, Act, Call], object]


def refuse(who: str, action: str, legal: Iterable[str]) -> BadRequest:
    """Returns the refusal of an act, which names the legal acts. who: the object and its state."""
    names = ", ".join(legal)
    return BadRequest(f"{who} takes {names or 'no act'}, not {action!r}", field="action")
