"""Gives other programs access to a run: the present run, or a run that they start for as long as they need it."""

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

# The keys that supervisor.py writes: pid, api, dashboard, checkout, endpoint, tables (DynamoDB's address), children.
Run = dict[str, Any]


def current(settings: LocalSettings) -> Run | None:
    """Returns the run that is ready, or None when no run exists or it is starting or stopping."""
    if not is_locked(settings.supervisor_lock):
        return None
    try:
        run: Run = json.loads(settings.run_file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return run


def launch(environ: Mapping[str, str], output: Path) -> subprocess.Popen[bytes]:
    """Starts the gateway as a process of its own session, which handles no Ctrl-C of this terminal."""
    with output.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, "-m", "infra.local"],
            cwd=ROOT,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def wait(process: subprocess.Popen[bytes], settings: LocalSettings, output: Path) -> Run:
    """Waits until the run is ready. Raises UsageError, with the run's whole output, when it does not get ready."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        run = current(settings)
        if run and run["pid"] == process.pid:  # the file of a killed run stays behind
            return run
        time.sleep(0.1)
    end(process)
    raise UsageError(f"The gateway did not start:\n{output.read_text(encoding='utf-8', errors='replace')}")


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


class OwnRun:
    """Runs the gateway in a separate folder, on free ports that stay the same when it starts again."""

    def __init__(self, environ: Mapping[str, str], folder: Path) -> None:
        ports = {name: str(any_free_port()) for name in PORTS}
        # As under make: the run ends with this process, however this process ends.
        self.environ = {**environ, **ports, "LOCAL_FOLDER": str(folder), "MAKELEVEL": "1"}
        self.settings = read_settings(self.environ)
        self.output = folder / "terminal.txt"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> Run:
        """Starts the run. Raises UsageError, with the run's whole output, when it does not get ready."""
        self.process = launch(self.environ, self.output)
        return wait(self.process, self.settings, self.output)

    def stop(self) -> None:
        if self.process:
            end(self.process)


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
    """Yields the gateway that `make up` runs here, or a gateway that ends with the block and leaves no files."""
    run = current(read_settings(environ))
    if run:
        yield run
        return
    say("No gateway is running here; starting one for the moment …")
    with tempfile.TemporaryDirectory(prefix="gateway-") as folder, started(environ, Path(folder)) as own:
        yield current(own.settings) or {}
