"""Starts an embedded AWS for one measurement, and a fresh process of the application on it."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.bench import dynoxide
from infra.environment import ROOT
from infra.local import emulator, ports, stack

STACK_NAME = "bench"
START_SECONDS = 90
STOP_SECONDS = 90


def application_environment(endpoint: str, *, delay_ms: int = 0) -> dict[str, str]:
    """Fixes every setting that changes the application's behaviour, whatever the caller's environment holds."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": "us-east-1",
        "STAGE": "local",
        "STACK_NAME": STACK_NAME,
        "TEST_MODE": "true",
        "TEST_PROCESSING_DELAY": str(delay_ms),
        "LOG_LEVEL": "WARNING",
        "POWERTOOLS_METRICS_DISABLED": "true",
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def _child(module: str, environ: Mapping[str, str]) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=dict(environ),
        stdin=subprocess.PIPE,  # the end of this pipe ends the child if this process is killed
        stdout=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


@contextmanager
def emulated(module: str = "infra.local.emulator") -> Iterator[str]:
    """Yields the endpoint of an empty emulator with the template's resources. The emulator ends with the block.

    module: what runs the emulator.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        port = ports.any_free_port()
        with _child(module, emulator.emulator_environment(os.environ, port, Path(folder))):
            if not emulator.wait_until_ready(port, START_SECONDS):
                raise RuntimeError("the embedded AWS did not start")
            stack.create_or_update(emulator.endpoint(port), STACK_NAME)
            yield emulator.endpoint(port)


@contextmanager
def tables_on_dynoxide() -> Iterator[dict[str, str]]:
    """Yields an environment that leads to the template's tables on dynoxide, which must be installed."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        port = ports.any_free_port()
        with _child("infra.bench.dynoxide", dynoxide.child_environment(os.environ, port, Path(folder))):
            dynoxide.create_tables(dynoxide.endpoint(port), STACK_NAME)
            yield {"AWS_ENDPOINT_URL_DYNAMODB": dynoxide.endpoint(port)}


def run_child(module: str, environ: Mapping[str, str], *arguments: str) -> Any:
    """Runs `python -m module arguments` and returns the last line of its output, read as JSON."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=dict(environ), stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])
