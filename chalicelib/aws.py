"""AWS clients, built once for a process and shared by its threads (botocore clients are thread-safe, creating them is not)."""

import threading
from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config

_creating = threading.RLock()

# A request waits for DynamoDB or SQS at most (attempts x read timeout) = 15 s, within the API function's 29 s.
_CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    max_pool_connections=64,
    retries={"total_max_attempts": 3, "mode": "standard"},
    parameter_validation=False,
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
