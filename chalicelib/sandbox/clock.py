"""Moves a test stage's clock, for every process of the stage at once.

The clock's offset is one item of a table of its own. Every process reads the item twice a second with a client of its
own, so that no budget and no fault injector counts these reads.
"""

import math
import threading
import time
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
# A job that was due this shortly before the move may still lie in a queue's delay.
MARGIN_SECONDS = 60
KEY = {"id": {"S": "clock"}}
_CONFIG = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 1}, parameter_validation=False)

_looking = threading.Lock()
_client: Any = None
_offset = 0.0
_looked_at = -math.inf


@cache
def _session() -> Any:
    return botocore.session.get_session()


def _dynamodb() -> Any:
    """Returns the client; None without an emulator, because a real account is not asked."""
    global _client  # noqa: PLW0603  # one for the process, as soon as there is an emulator
    if _client is None:
        made = _session().create_client("dynamodb", config=_CONFIG)
        _client = None if ".amazonaws.com" in made.meta.endpoint_url else made
    return _client


def _table() -> str:
    return f"{settings().stack_name}-sandbox"


def read() -> float:
    """Returns Unix seconds by the stage's clock. Keeps the last known offset if the table does not answer."""
    if time.monotonic() - _looked_at > REFRESH_SECONDS:
        with _looking:
            _refresh()
    return time.time() + _offset


def _refresh() -> None:
    global _offset, _looked_at  # noqa: PLW0603  # one clock for the process, read anew under the lock
    if time.monotonic() - _looked_at <= REFRESH_SECONDS:
        return
    _offset = _stored()
    _looked_at = time.monotonic()


def _stored() -> float:
    try:
        dynamodb = _dynamodb()
        item = dynamodb.get_item(TableName=_table(), Key=KEY, ConsistentRead=True).get("Item") if dynamodb else None
    except (BotoCoreError, ClientError):
        return _offset
    return float(item["seconds"]["N"]) if item else 0.0


def catch_up() -> int:
    """Sends what became due while nothing ran. Returns the number of jobs."""
    return sweep.run(_dynamodb(), read(), read())


def move(seconds: float) -> float:
    """Moves the stage's clock forward. Returns its new time in Unix seconds, once every process has seen it.

    By then everything that became due meanwhile is on its queue. Raises ValueError for a move back, because records
    would then be younger than their consequences.
    """
    if not (math.isfinite(seconds) and seconds >= 0):
        raise ValueError("the clock moves forward only")
    before = read()
    _dynamodb().update_item(
        TableName=_table(),
        Key=KEY,
        UpdateExpression="ADD seconds :more",
        ExpressionAttributeValues={":more": {"N": str(seconds)}},
    )
    time.sleep(SEEN_SECONDS)
    sweep.run(_dynamodb(), before - MARGIN_SECONDS, read())
    return read()
