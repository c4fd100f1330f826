"""Starts, listens to and stops a child process of the supervisor."""

import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from typing import IO

from infra.environment import ROOT
from infra.local.log import Log

WORTH_ANOTHER_START = 5  # seconds that a child must have lived


class Child:
    """Runs `python -m {module}`. Its output goes to the log line by line."""

    def __init__(self, name: str, module: str, environment: Mapping[str, str], log: Log, run_lock: IO[str]) -> None:
        self.name = name
        self.module = module
        self.environment = environment
        self.log = log
        self.run_lock = run_lock
        self.process: subprocess.Popen[str] | None = None
        self.started = 0.0

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", self.module],
            cwd=ROOT,
            env=dict(self.environment),
            stdin=subprocess.PIPE,  # nothing is written to it: its end tells the child that the supervisor is gone
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # the supervisor handles a Ctrl-C in the terminal
            pass_fds=(self.run_lock.fileno(),),  # the lock is free only when the last process of the run has ended
        )
        threading.Thread(target=self._listen, args=(self.process,), daemon=True).start()

    def _listen(self, process: subprocess.Popen[str]) -> None:
        for line in process.stdout or ():
            if line.strip():
                self.log.write(self.name, line.rstrip("\n"))

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_end(self) -> None:
        if self.process and self.is_running():
            self.process.terminate()

    def wait(self, seconds: float) -> None:
        """Waits for the child to end, and kills it after these seconds."""
        if not self.process:
            return
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.log.say(f"{self.name} did not end within {seconds:.0f} s and is killed.")
            self.process.kill()
            self.process.wait()

    def may_start_again(self) -> bool:
        """Returns whether a restart helps. A child that ends at once (its code does not import) waits for a change."""
        return time.monotonic() - self.started > WORTH_ANOTHER_START
