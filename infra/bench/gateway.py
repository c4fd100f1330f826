"""The whole gateway as `make up` runs it, on ports and with state of its own, for as long as a measurement takes."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local import ports
from infra.local.settings import ROOT

START_SECONDS = 60
STOP_SECONDS = 30
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
    """delay_ms: the acquirer's processing delay."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        own_ports = {name: str(ports.any_free_port()) for name in ("PORT", "DASHBOARD_PORT", "CHECKOUT_PORT")}
        settings = {
            "LOCAL_FOLDER": folder,
            "EMULATOR_PORT": str(ports.any_free_port()),
            "TEST_MODE": "true",
            "TEST_PROCESSING_DELAY": str(delay_ms),
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "infra.local"],
            cwd=ROOT,
            env={**os.environ, **own_ports, **settings},
            stdout=subprocess.DEVNULL,
        )
        try:
            run = _wait_for(Path(folder) / "run.json", process)
            yield Gateway(f"http://127.0.0.1:{own_ports['PORT']}", run["endpoint"], run["children"])
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)


def _wait_for(file: Path, process: "subprocess.Popen[bytes]") -> Any:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if file.exists() and (text := file.read_text(encoding="utf-8")):
            return json.loads(text)
        time.sleep(0.1)
    raise RuntimeError("the gateway did not start")
