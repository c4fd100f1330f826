"""Runs a separate `make up` for a test: in test mode, with processes to kill and files to read."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from infra.environment import ROOT
from infra.local import runs
from tests.support.emulated import ENVIRONMENT
from tests.support.waiting import until


class Gateway(runs.OwnRun):
    """Runs the gateway. settings: additions to the test mode of all tests, whose bank answers at once."""

    def __init__(self, folder: Path, **settings: str) -> None:
        super().__init__(os.environ | ENVIRONMENT | settings, folder)
        self.url = self.settings.api_origin.replace("localhost", "127.0.0.1")  # skips the attempt on ::1

    @property
    def run(self) -> dict[str, Any]:
        """Returns the contents of the run file, which is empty for a moment while it is being written."""
        found: dict[str, Any] = until(lambda: runs.current(self.settings), 5)
        return found

    def pid(self, child: str) -> int:
        return int(self.run["children"][child])

    def kill(self, child: str) -> float:
        """Kills the child as a crash would, at work. Returns the time. The supervisor starts another child."""
        os.kill(self.pid(child), signal.SIGKILL)
        return time.time()

    def jobs(self) -> dict[str, Any]:
        """Returns the jobs' status, or an empty dict while the API does not answer."""
        try:
            shown: dict[str, Any] = requests.get(f"{self.url}/api/v1/test/jobs/status", timeout=10).json()
        except requests.RequestException:
            return {}
        return shown

    def tool(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs a command line of the project, e.g. infra.redrive."""
        command = [sys.executable, "-m", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environ, capture_output=True, text=True, check=False, timeout=120
        )


@contextmanager
def started(gateway: Gateway) -> Iterator[Gateway]:
    try:
        gateway.start()
        yield gateway
    finally:
        gateway.stop()
