"""The environment of the torture tests: an embedded emulator and a stack of its own.

Import it before anything of chalicelib: table names and settings are read from the environment once.
"""

import atexit
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from infra.local import stack
from infra.local.emulator import emulator_environment, endpoint, wait_until_ready
from infra.local.ports import any_free_port

STACK = "gateway-torture"

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "STAGE": "local",
    "STACK_NAME": STACK,
    "TEST_MODE": "true",
    "TEST_PAYMENT_SUCCESS": "true",
    "TEST_PROCESSING_DELAY": "0",
    "WEBHOOK_RETRY_INTERVALS_TEST": "true",
    "RATE_LIMIT_PER_KEY": "0",
    "RATE_LIMIT_PER_ADDRESS": "0",
    "LOG_LEVEL": "INFO",
    "POWERTOOLS_LOG_DEDUPLICATION_DISABLED": "true",
}


def start() -> str:
    """Returns the endpoint. A process that was started by one of these tests uses its parent's."""
    inherited = os.environ.get("TORTURE_ENDPOINT")
    url = inherited or _emulator()
    os.environ.update(ENVIRONMENT | {"AWS_ENDPOINT_URL": url, "TORTURE_ENDPOINT": url})
    if not inherited:
        stack.create_or_update(url, STACK)
    return url


def _emulator() -> str:
    port, folder = any_free_port(), Path(tempfile.mkdtemp(prefix="torture-"))
    environment = emulator_environment(os.environ, port, folder) | {"PERSIST_STATE": "0"}
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.local.emulator"],
        env=environment,
        stdin=subprocess.PIPE,  # its end tells the emulator that we are gone
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    atexit.register(process.kill)
    if not wait_until_ready(port, 30):
        raise RuntimeError("the embedded emulator did not start")
    return endpoint(port)
