"""Keeps a test stage's clock, for every process of the stage at once.

The clock is one item of a table of its own. Every process reads the item twice a second with a client of its own, so
that no budget and no fault injector counts these reads. While a jump is under way (jump.py) every process reads it more
often, so that each step of the jump is seen soon.
"""

import math
import threading
import time
from contextlib import suppress
from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.config import settings
from chalicelib.sandbox import sweep

REFRESH_SECONDS = 0.5
# Seconds after which every process has read the offset again and has had its answer.
SEEN_SECONDS = 1.0
# The same two times while the clock jumps.
REFRESH_IN_JUMP = 0.1
SEEN_IN_JUMP = 0.2
# A job that was due this shortly before the move may still lie in a queue's delay.
MARGIN_SECONDS = 60
CLOCK = "clock"
_CONFIG = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 1}, parameter_validation=False)

# An item as DynamoDB's wire format has it.
Item = dict[str, Any]

_looking = threading.Lock()
_client: Any = None
_offset = 0.0
_item: Item = {}
_looked_at = -math.inf


@cache
def _session() -> Any:
    return botocore.session.get_session()


def client() -> Any:
    """Returns the client for the sandbox's own items; None without an emulator, because a real account is not asked."""
    global _client  # noqa: PLW0603  # one for the process, as soon as there is an emulator
    if _client is None:
        made = _session().create_client("dynamodb", config=_CONFIG)
        _client = None if ".amazonaws.com" in made.meta.endpoint_url else made
    return _client


def table() -> str:
    return f"{settings().stack_name}-sandbox"


def read() -> float:
    """Returns Unix seconds by the stage's clock. Keeps the last known offset if the table does not answer."""
    look()
    return time.time() + _offset


def look() -> Item:
    """Returns the clock's item, as it was a moment ago."""
    if _is_old():
        with _looking:
            _refresh()
    return _item


def _is_old() -> bool:
    return time.monotonic() - _looked_at > (REFRESH_IN_JUMP if is_jumping(_item) else REFRESH_SECONDS)


def is_jumping(item: Item) -> bool:
    """Returns whether a process moves the clock just now. Its lease ends, so that a process that died stops nothing."""
    return number(item, "leased_until") > time.time()


def number(item: Item, name: str) -> float:
    return float(item[name]["N"]) if name in item else 0.0


def _refresh() -> None:
    global _item, _offset, _looked_at  # noqa: PLW0603  # one clock for the process, read anew under the lock
    if not _is_old():
        return
    with suppress(BotoCoreError, ClientError):
        _item = stored(CLOCK)
        _offset = number(_item, "seconds")
    _looked_at = time.monotonic()


def stored(key: str) -> Item:
    """Reads an item of the sandbox, an empty one if there is none. Raises botocore's errors."""
    dynamodb = client()
    if dynamodb is None:
        return {}
    item: Item = dynamodb.get_item(TableName=table(), Key={"id": {"S": key}}, ConsistentRead=True).get("Item", {})
    return item


def change(key: str, update: str, values: Item, condition: str = "") -> bool:
    """Updates an item of the sandbox. Returns False if the condition does not hold. Raises botocore's errors."""
    how = {"ConditionExpression": condition} if condition else {}
    try:
        client().update_item(
            TableName=table(), Key={"id": {"S": key}}, UpdateExpression=update, ExpressionAttributeValues=values, **how
        )
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            return False
        raise
    return True


def catch_up() -> int:
    """Sends what became due while nothing ran. Returns the number of jobs."""
    return sweep.run(client(), read(), read())


def move(seconds: float) -> float:
    """Moves the stage's clock forward. Returns its new time in Unix seconds, once every process has seen it.

    By then everything that became due meanwhile is on its queue. Raises ValueError for a move back, because records
    would then be younger than their consequences.
    """
    if not (math.isfinite(seconds) and seconds >= 0):
        raise ValueError("the clock moves forward only")
    before = read()
    change(CLOCK, "ADD seconds :more", {":more": {"N": str(seconds)}})
    time.sleep(SEEN_SECONDS)
    sweep.run(client(), before - MARGIN_SECONDS, read())
    return read()
