"""Runs one gateway for several processes of a test run. It ends with the last of them, however that ends."""

import fcntl
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

USERS, START, RUN = "users.lock", "start.lock", "run.json"
# A bank that answers at once, and retries of webhooks after seconds.
SETTINGS = {
    "TEST_MODE": "true",
    "TEST_PROCESSING_DELAY": "0",
    "WEBHOOK_RETRY_INTERVALS_TEST": "true",
    "RATE_LIMIT_PER_KEY": "0",
    "RATE_LIMIT_PER_ADDRESS": "0",
}
OWN_PYTHON = [sys.executable, "-m", "payment_gateway"]


class NotStarted(Exception):
    """Carries the output of `gateway up` as its text."""


@contextmanager
def locked(file: Path, *, shared: bool = False) -> Iterator[IO[str]]:
    """Holds the lock during the block. The kernel releases it when the process dies."""
    with file.open("a", encoding="utf-8") as handle:
        fcntl.flock(handle, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield handle


@contextmanager
def shared_run(folder: Path, settings: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yields the addresses of the run in this folder, which the first process starts. Raises NotStarted.

    The run holds the lock on USERS exclusively once nobody shares it, until it has ended. So a process that gets a share
    finds a run that goes on, or none.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / USERS, shared=True), locked(folder / START) as starting:
        run = _current(folder) or _start(folder, settings)
        fcntl.flock(starting, fcntl.LOCK_UN)
        yield run


def _current(folder: Path) -> dict[str, Any] | None:
    """Returns the run that a process of this test run has started, if it lives. Its file goes when it ends."""
    try:
        run: dict[str, Any] = json.loads((folder / ".local" / RUN).read_text(encoding="utf-8"))
        os.kill(run["pid"], 0)
    except (OSError, ValueError):
        return None
    return run


def _start(folder: Path, settings: Mapping[str, str]) -> dict[str, Any]:
    command = shlex.split(os.environ.get("GATEWAY_COMMAND", "")) or OWN_PYTHON
    words = [*command, "--json", "up", "--detach", "--free-ports", "--users-lock", str(folder / USERS)]
    named = {"GATEWAY_FOLDER": str(folder), "LOCAL_FOLDER": "", "GATEWAY_URL": "", "STACK_NAME": ""}
    environ = {**os.environ, **SETTINGS, **settings, **named}
    done = subprocess.run(words, env=environ, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise NotStarted(f"{shlex.join(words)} failed:\n{done.stdout}{done.stderr}")
    run: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return run
