"""Runs the embedded AWS of a test run. Importing this module fixes its address; the first test that asks starts it.

Import it before any module of chalicelib, which reads settings and table names from the environment once. Tests that
need no AWS never start it. A test that reaches for AWS without asking for the emulator finds no server.
"""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from infra.environment import REAL_ACCOUNT, ROOT
from infra.local import stack
from infra.local.emulator import emulator_environment, endpoint, wait_until_ready
from infra.local.ports import any_free_port

STACK_NAME = "gateway-local"
START_SECONDS = 60

PORT = any_free_port()
ENDPOINT = endpoint(PORT)
ENVIRONMENT = {
    "AWS_ENDPOINT_URL": ENDPOINT,
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "STAGE": "local",
    "STACK_NAME": STACK_NAME,
    "TEST_MODE": "true",
    "TEST_PAYMENT_SUCCESS": "true",
    "TEST_PROCESSING_DELAY": "0",
    "WEBHOOK_RETRY_INTERVALS_TEST": "true",
    "RATE_LIMIT_PER_KEY": "0",
    "RATE_LIMIT_PER_ADDRESS": "0",
    "POWERTOOLS_LOG_DEDUPLICATION_DISABLED": "true",
}


def use() -> None:
    """Sets this process's environment."""
    for name in REAL_ACCOUNT:
        os.environ.pop(name, None)
    os.environ.update(ENVIRONMENT)


@cache
def start() -> str:
    """Starts the emulator, with the template's tables, queues, keys and buckets, and the test merchant in them.

    Returns its endpoint.
    """
    folder = Path(tempfile.mkdtemp(prefix="gateway-tests-"))
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.local.emulator"],
        cwd=ROOT,
        env=emulator_environment(os.environ, PORT, folder) | {"PERSIST_STATE": "0"},
        stdin=subprocess.PIPE,  # its end tells the emulator that this process has ended, however it ended
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    atexit.register(_end, process, folder)
    if not wait_until_ready(PORT, START_SECONDS):
        raise RuntimeError("the embedded AWS did not start")
    stack.create_or_update(ENDPOINT, STACK_NAME)
    from chalicelib.services.merchants.accounts import seed_test_merchant  # noqa: PLC0415  # reads the environment that use() sets

    seed_test_merchant()
    return ENDPOINT


def _end(process: subprocess.Popen[bytes], folder: Path) -> None:
    process.kill()
    process.wait()
    shutil.rmtree(folder, ignore_errors=True)
