"""Measures a cold start: imports in fresh processes, by package, their memory, and the size of the artifact."""

import atexit
import importlib.metadata
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

from infra import requirements
from infra.bench import sandbox
from infra.deployment import package
from infra.deployment.vendor import PackagingFailed
from infra.environment import ROOT

RUNS = 7
MAX_RATIO = 1.4
FLOOR = "chalice and boto3 alone"
PROGRAMS = {
    FLOOR: "import chalice.app, boto3",
    "API (app.py)": "import app",
    "settle (process_payment)": "import functions.process_payment",
    "refund (process_refund)": "import functions.process_refund",
    "deliver (deliver_webhook)": "import functions.deliver_webhook",
}
# CPU time, which other programs on the machine hardly change, and peak memory in KB.
_MEASURE = """
import time
started = time.process_time()
{program}
seconds = time.process_time() - started
print(seconds, next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
"""
_LINE = re.compile(r"import time:\s+(?P<own>\d+) \|\s+\d+ \| (?P<name>\s*[\w.]+)")
PAGE = 1024

Figures = dict[str, Any]


@cache
def _environment() -> dict[str, str]:
    """Returns Lambda's environment, whose artifact holds bytecode. Each program's first run writes it."""
    environ = sandbox.application_environment("http://127.0.0.1:1")
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    folder = tempfile.mkdtemp(prefix="bytecode-")
    atexit.register(shutil.rmtree, folder)
    return environ | {"PYTHONPYCACHEPREFIX": folder}


def _python(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=_environment(), capture_output=True, text=True, check=True
    )


def _one(program: str) -> tuple[float, int]:
    seconds, kilobytes = _python("-c", _MEASURE.format(program=program)).stdout.split()
    return float(seconds), int(kilobytes)


def seconds(program: str) -> float:
    """Returns the CPU seconds of a program in a fresh process."""
    return _one(program)[0]


def imports() -> dict[str, Figures]:
    """Returns the least of several runs. The programs take turns. A disturbance of a run can only add to its time."""
    runs: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for _ in range(RUNS):
        for name, program in PROGRAMS.items():
            runs[name].append(_one(program))
    floor = min(seconds for seconds, _ in runs[FLOOR])
    return {name: _figures(mine, floor) for name, mine in runs.items()}


def _figures(runs: list[tuple[float, int]], floor: float) -> Figures:
    seconds, kilobytes = min(s for s, _ in runs), min(k for _, k in runs)
    return {"ms": round(seconds * 1000), "ratio": round(seconds / floor, 2), "memory_mb": round(kilobytes / PAGE)}


def by_package(program: str = PROGRAMS["API (app.py)"], least_ms: float = 2) -> dict[str, float]:
    """Returns the own import time of each top-level package, in ms. The standard library counts as one package."""
    own: dict[str, float] = defaultdict(float)
    for line in _python("-X", "importtime", "-c", program).stderr.splitlines():
        if match := _LINE.match(line):
            top = match["name"].strip().split(".")[0]
            own["standard library" if top in sys.stdlib_module_names or top.startswith("_") else top] += int(
                match["own"]
            )
    large = {name: round(micro / 1000, 1) for name, micro in own.items() if micro / 1000 >= least_ms}
    return dict(sorted(large.items(), key=lambda entry: -entry[1]))


def _requirements(name: str, seen: set[str]) -> set[str]:
    """Returns the distribution and its dependencies, without extras."""
    key = re.sub(r"[-_.]+", "-", name).lower()
    if key in seen:
        return seen
    seen.add(key)
    for requirement in importlib.metadata.requires(name) or ():
        if ";" not in requirement:
            _requirements(re.match(r"[\w.-]+", requirement)[0], seen)  # type: ignore[index]  # it starts with a name
    return seen


def package_sizes() -> dict[str, float]:
    """Returns the megabytes on disk of every distribution of requirements.in, and of the gateway's own code."""
    names: set[str] = set()
    for requirement in requirements.asked_for():
        _requirements(requirement.name, names)
    sizes = {name: _megabytes(_files(name)) for name in names}
    own = [file for folder in ("chalicelib", "functions") for file in (ROOT / folder).rglob("*.py")]
    sizes["payment-gateway"] = _megabytes([*own, ROOT / "app.py"])
    return dict(sorted(sizes.items(), key=lambda entry: -entry[1]))


def _files(name: str) -> list[Path]:
    files = importlib.metadata.files(name) or ()
    return [Path(str(file.locate())) for file in files if file.suffix != ".pyc"]


def _megabytes(files: list[Path]) -> float:
    return round(sum(file.stat().st_size for file in files if file.exists()) / 1e6, 2)


def artifact_size() -> str:
    """Returns the size of the deployed artifact. Building the artifact needs pip and its packages."""
    try:
        return package.size(package.build("prod").artifact)
    except PackagingFailed as error:
        return f"not built ({error})"


def measure() -> Figures:
    return {
        "imports": imports(),
        "by_package": by_package(),
        "package_sizes": package_sizes(),
        "artifact": artifact_size(),
    }
