"""Defines what all acts on a test stage's objects share."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Annotated, Any

from botocore.exceptions import ClientError
from msgspec import Meta, Struct

from chalicelib import aws
from chalicelib.acquirers.simulated.memory import Update
from chalicelib.api.call import Call
from chalicelib.domain.errors import BadRequest, GatewayError
from chalicelib.persistence.base import Conflict, Table, retry_on_conflict


class Act(Struct, frozen=True):
    """code: a decline code for `decline`; the code that the payer enters for `challenge`."""

    action: Annotated[str, Meta(max_length=64)]
    code: Annotated[str, Meta(max_length=64)] = ""


# Takes an object's id, the act and the call, and returns a view of the object. Raises NotFound, BadRequest that names
# the legal acts, and Overtaken.
Perform = Callable[[str, Act, Call], object]


class Overtaken(GatewayError):
    """The object moved while the act was being made, so nothing was done."""

    status = 409
    code = "CONFLICT_ERROR"

    def __init__(self, what: str) -> None:
        super().__init__(f"The {what} changed at the same moment, so nothing was done. Look at it and act again")


def refuse(who: str, action: str, legal: Iterable[str]) -> BadRequest:
    """Returns the refusal of an act, which names the legal acts. who: the object and its state."""
    names = ", ".join(legal)
    return BadRequest(f"{who} takes {names or 'no act'}, not {action!r}", field="action")


def decide(what: str, record: Table, actions: Sequence[Any], condition: Any, *bank: Update) -> None:
    """Changes a record and what the bank does about it, both or neither. what: the object for the caller.

    A worker commits a bank's answer only if the record's script is still the one that it asked with. So an answer that
    is on its way cannot undo the act. Raises Overtaken if the condition does not hold, and Unavailable.
    """
    own = record.get_update_kwargs_from_instance(actions=list(actions), condition=condition)
    if not retry_on_conflict(partial(_write, [own, *bank])):
        raise Overtaken(what)


def _write(updates: Sequence[Update]) -> bool:
    """Returns False if a condition does not hold. Raises Conflict if another transaction holds an item."""
    with aws.unavailable_on_failure("database"):
        try:
            aws.client("dynamodb").transact_write_items(TransactItems=[{"Update": update} for update in updates])
        except ClientError as error:
            codes = {reason.get("Code") for reason in error.response.get("CancellationReasons", ())}
            if "ConditionalCheckFailed" in codes:
                return False
            if "TransactionConflict" in codes:
                raise Conflict from error
            raise
    return True
