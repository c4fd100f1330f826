"""The whole gateway as `make up` runs it, on ports and with state of its own, for as long as a measurement takes."""

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
        """What each process has used so far: the one figure that other programs on the machine hardly change."""
        return {name: _cpu_seconds(pid) for name, pid in self.processes.items()}


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    user, system = fields[11:13]
    return (int(user) + int(system)) / TICKS


@contextmanager
def running(delay_ms: int = 0) -> Iterator[Gateway]:
    """delay_ms: the acquirer's processing delay. Raises UsageError, with all that it said, if it does not start."""
    environ = {**os.environ, "TEST_MODE": "true", "TEST_PROCESSING_DELAY": str(delay_ms)}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, runs.started(environ, Path(folder)) as own:
        run = runs.current(own.settings) or {}
        yield Gateway(f"http://127.0.0.1:{own.settings.port}", run["endpoint"], run["children"])
