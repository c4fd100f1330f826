"""Gives all tables their names, one DynamoDB client, and the domain's errors."""

import json
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Self, TypeVar, cast

from botocore.exceptions import BotoCoreError
from pynamodb.attributes import JSONAttribute
from pynamodb.connection import Connection
from pynamodb.connection.table import TableConnection
from pynamodb.exceptions import DoesNotExist, PynamoDBException, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from chalicelib import aws
from chalicelib.config import settings
from chalicelib.domain.errors import Unavailable

# Bytes that DynamoDB allows in a sort key. A hash key could be twice as long, but none of the gateway's ids is.
MAX_KEY = 1024
# The most seconds that one try of a write may take.
TRY_SECONDS = aws.CALL_SECONDS
CONDITION_FAILED = "ConditionalCheckFailedException"
# The answer to a plain write while a transaction holds its item. botocore repeats many errors, but not this one.
CONFLICT = "TransactionConflictException"
ATTEMPTS = 8
FIRST_PAUSE = 0.01
# No try begins later than this after the first, in seconds. A try may take 9 s (chalicelib/aws.py). So a commit ends
# within the 30 s after which a worker drops a message without a record, even where nothing ends the API at 29 s.
PATIENCE = 10

T = TypeVar("T")


class Conflict(Exception):  # not an error: the caller tries again
    """Another transaction held the item for a moment. Nothing was decided."""


def retry_on_conflict(write: Callable[[], T]) -> T:
    """Repeats a write that is contended. Raises Unavailable if the contention does not end."""
    end = time.monotonic() + PATIENCE
    for attempt in range(ATTEMPTS):
        try:
            return write()
        except Conflict:
            time.sleep(random.uniform(0.5, 1) * FIRST_PAUSE * 2**attempt)  # noqa: S311  # spreads rivals
        if time.monotonic() > end:
            break
    raise Unavailable("The same object is being changed by too many requests at once")


class SharedConnection(Connection):
    """Shares one client between all tables. pynamodb itself builds a client for each model, 20 ms each."""

    @property
    def client(self) -> Any:
        return aws.client("dynamodb")

    def dispatch(self, operation_name: str, operation_kwargs: dict[str, Any]) -> dict[str, Any]:
        """Makes the call. pynamodb's own method asks each call for the consumed capacity, which nobody reads."""
        answer: dict[str, Any] = self._make_api_call(operation_name, operation_kwargs)
        return answer


@cache
def connection() -> SharedConnection:
    return SharedConnection()


_preparing = threading.RLock()


class Table(Model):
    """A pynamodb model on the shared connection. `id` is its hash key unless the model overrides key()."""

    @classmethod
    def _get_connection(cls) -> TableConnection:
        with _preparing:
            if cls._connection is None:
                table = super()._get_connection()
                connection().add_meta_table(table.get_meta_table())
                table.connection = connection()
        return cast("TableConnection", cls._connection)

    @classmethod
    def find(cls, *key: Any, consistent: bool = True) -> Self | None:
        if not all(map(can_be_a_key, key)):
            return None
        with unavailable_on_failure():
            try:
                return cls.get(key[0], *key[1:], consistent_read=consistent)  # type: ignore[misc]
            except DoesNotExist:
                return None

    @classmethod
    def find_many(cls, keys: Sequence[Any], *, consistent: bool = True) -> dict[Any, Self]:
        """Reads items by hash key (or pair of keys) and leaves out missing items. Makes one call for each 100 keys."""
        found: dict[Any, Self] = {}
        with unavailable_on_failure():
            for item in cls.batch_get(list(dict.fromkeys(keys)), consistent_read=consistent) if keys else ():
                found[item.key()] = item
        return found

    def write(self) -> None:
        with unavailable_on_failure():
            self.save()

    def remove(self) -> None:
        with unavailable_on_failure():
            self.delete()

    def change(self, actions: Sequence[Action], condition: Condition) -> bool:
        """Updates the stored item and this one. Returns False if the condition does not hold."""
        return retry_on_conflict(lambda: self._change(list(actions), condition))

    def _change(self, actions: list[Action], condition: Condition) -> bool:
        with unavailable_on_failure():
            try:
                self.update(actions, condition)
            except UpdateError as error:
                code = _code(error)
                if code == CONFLICT:
                    raise Conflict from error
                if code == CONDITION_FAILED:
                    return False
                raise
        return True

    def key(self) -> Any:
        return getattr(self, "id")  # noqa: B009  # declared by the subclasses


def _code(error: UpdateError) -> str | None:
    """Returns the error's code; None if the network failed.

    pynamodb's own cause_response_code expects that there is an answer.
    """
    answer: dict[str, Any] = getattr(error.cause, "response", None) or {}
    code: str | None = answer.get("Error", {}).get("Code")
    return code


class CompactJson(JSONAttribute):
    """JSON without blanks: an item under 1 KB costs one write unit less."""

    def serialize(self, value: Any) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def unchanged(attribute: Any, before: Any) -> Condition:
    """Returns the condition that an attribute still has the value which was read. before: None if it had none."""
    condition: Condition = attribute.does_not_exist() if before is None else attribute == before
    return condition


def can_be_a_key(text: str) -> bool:
    """Returns whether DynamoDB accepts the text as a key. Callers may ask for any id; an illegal id is unknown."""
    return 0 < len(text.encode()) <= MAX_KEY


def table_name(entity: str) -> str:
    return f"{settings().stack_name}-{entity}"


@contextmanager
def unavailable_on_failure() -> Iterator[None]:
    """Turns errors of DynamoDB or the network into the domain's Unavailable."""
    try:
        yield
    except TransactWriteError:
        raise
    except (PynamoDBException, BotoCoreError, OSError) as error:
        raise Unavailable("The database did not answer") from error
