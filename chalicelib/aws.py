"""Builds AWS clients, once for a process.

Its threads share them: botocore clients are thread-safe, creating them is not.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import Unavailable

_creating = threading.RLock()

CONNECT_SECONDS = 1
READ_SECONDS = 3
ATTEMPTS = 2
# botocore's standard mode waits up to 1 s before the second attempt, 2 s before the third, and so on.
PAUSE_SECONDS = sum(2**retry for retry in range(ATTEMPTS - 1))
# Longer than one call can take, and shorter than any function may run. So the caller learns of a failure before it is
# killed.
CALL_SECONDS = ATTEMPTS * (CONNECT_SECONDS + READ_SECONDS) + PAUSE_SECONDS
_CONFIG = Config(
    connect_timeout=CONNECT_SECONDS,
    read_timeout=READ_SECONDS,
    max_pool_connections=64,
    retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
    parameter_validation=False,
    # Otherwise botocore builds the same text anew for each call, which takes a fifteenth of its time.
    user_agent=f"payment-gateway botocore/{botocore.__version__}",
)


@cache
def _session() -> Any:
    return botocore.session.get_session()


@cache
def _create(service: str) -> Any:
    return _session().create_client(service, config=_CONFIG)


def client(service: str) -> Any:
    with _creating:
        return _create(service)


@contextmanager
def unavailable_on_failure(what: str) -> Iterator[None]:
    """Turns botocore's errors into the domain's Unavailable. what: the service for the text, e.g. "queue"."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise Unavailable(f"The {what} did not answer") from error
