"""Runs the whole gateway as `make up` does, on its own ports and with its own state, for the time of a measurement."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.local import runs

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Gateway:
    base: str
    endpoint: str
    processes: dict[str, int]

    def cpu_seconds(self) -> dict[str, float]:
        """Returns each process's CPU time so far, the only figure that other programs on the machine hardly change."""
        return {name: cpu_seconds(pid) for name, pid in self.processes.items()}


def cpu_seconds(pid: int) -> float:
    """Returns the CPU time of a process so far, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    user, system = fields[11:13]
    return (int(user) + int(system)) / TICKS


@contextmanager
def running(delay_ms: int = 0) -> Iterator[Gateway]:
    """Runs the gateway. delay_ms: the acquirer's processing delay.

    Raises UsageError, with the gateway's whole output, if the gateway does not start.
    """
    environ = {**os.environ, "TEST_MODE": "true", "TEST_PROCESSING_DELAY": str(delay_ms)}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, runs.started(environ, Path(folder)) as own:
        run = runs.current(own.settings) or {}
        yield Gateway(f"http://127.0.0.1:{own.settings.port}", run["endpoint"], run["children"])
