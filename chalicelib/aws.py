"""AWS clients, built once for a process and shared by its threads (botocore clients are thread-safe, creating them is not)."""

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

# Each call waits at most (attempts x read timeout) = 15 s, and the pauses between.
_CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    max_pool_connections=64,
    retries={"total_max_attempts": 3, "mode": "standard"},
    parameter_validation=False,
    # Otherwise botocore puts the same one together anew for each call: a fifteenth of its time.
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
    """Turns what botocore raises into the domain's Unavailable. what: e.g. "queue"."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise Unavailable(f"The {what} did not answer") from error
