"""Other programs' view of a run: the one that is there, or one of their own for as long as they need it."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.environment import ROOT
from infra.local.locks import is_locked
from infra.local.ports import any_free_port
from infra.local.settings import LocalSettings, read_settings
from infra.usage import UsageError

PORTS = ("PORT", "DASHBOARD_PORT", "CHECKOUT_PORT", "EMULATOR_PORT")
START_SECONDS = 90
STOP_SECONDS = 40

# What supervisor.py writes: pid, api, dashboard, checkout, endpoint, tables (where DynamoDB is), children.
Run = dict[str, Any]


def current(settings: LocalSettings) -> Run | None:
    """The run that is ready; None while there is none, or it starts or stops."""
    if not is_locked(settings.supervisor_lock):
        return None
    try:
        run: Run = json.loads(settings.run_file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return run


class OwnRun:
    """A run in a folder of its own, on free ports that it keeps when it is started again."""

    def __init__(self, environ: Mapping[str, str], folder: Path) -> None:
        ports = {name: str(any_free_port()) for name in PORTS}
        # As under make: the run ends when we do, however we end.
        self.environ = {**environ, **ports, "LOCAL_FOLDER": str(folder), "MAKELEVEL": "1"}
        self.settings = read_settings(self.environ)
        self.output = folder / "terminal.txt"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> Run:
        """Raises UsageError, with all that it said, when it does not get ready."""
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "infra.local"],
                cwd=ROOT,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a Ctrl-C in the terminal is ours to handle
            )
        return self._wait(self.process)

    def _wait(self, process: subprocess.Popen[bytes]) -> Run:
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            run = current(self.settings)
            if run and run["pid"] == process.pid:  # the file of a killed run stays behind
                return run
            time.sleep(0.1)
        self.stop()
        raise UsageError(f"The gateway did not start:\n{self.output.read_text(encoding='utf-8', errors='replace')}")

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()


@contextmanager
def started(environ: Mapping[str, str], folder: Path) -> Iterator[OwnRun]:
    own = OwnRun(environ, folder)
    try:
        own.start()
        yield own
    finally:
        own.stop()


@contextmanager
def running_or_started(environ: Mapping[str, str], say: Callable[[str], None]) -> Iterator[Run]:
    """The gateway that `make up` runs here, or one that ends with the block and leaves nothing."""
    run = current(read_settings(environ))
    if run:
        yield run
        return
    say("No gateway is running here; starting one for the moment …")
    with tempfile.TemporaryDirectory(prefix="gateway-") as folder, started(environ, Path(folder)) as own:
        yield current(own.settings) or {}
