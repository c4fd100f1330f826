"""The wheel in a fresh environment: `gateway up` in an empty folder, and a payment."""

import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from hatch_build import dependencies
from infra import requirements
from infra.environment import ROOT

# What the tests set for themselves must not reach the installed gateway.
OURS = ("GATEWAY_", "PYTEST", "PYTHON", "AWS_", "TEST_", "STA", "LOCAL_FOLDER", "RATE_", "WEBHOOK_")
SECONDS = 60  # from the wheel to the first payment


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-build-isolation", "--no-deps"]
    subprocess.run([*build, "--wheel-dir", str(folder), "."], cwd=ROOT, check=True, timeout=120)
    (built,) = folder.glob("*.whl")
    return built


def run(*words, folder, timeout=90):
    """Runs a program outside of the checkout. Returns what it printed."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    done = subprocess.run(
        [str(word) for word in words],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_needs_what_a_run_needs_in_the_locked_versions():
    locked = requirements.locked(ROOT / "requirements-local.txt")
    names = {pin.partition("==")[0] for pin in locked}
    needed = dependencies(ROOT)
    assert {"chalice==1.34.0", "ministack==1.5.33", "rich==15.0.0"} <= set(needed)
    assert all(requirement.lower() in locked for requirement in needed)
    assert len(names) > len(needed)


def test_the_wheel_adds_one_name_to_an_environment(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"payment_gateway"}
    for part in ("app.py", "frontend/checkout/checkout.html", "infra/resources/data.yaml", "functions/batches.py"):
        assert f"payment_gateway/_root/{part}" in names
    assert not [name for name in names if "__pycache__" in name or "/tests/" in name]


@pytest.mark.slow
def test_from_the_wheel_to_the_first_payment_in_a_minute(wheel, tmp_path):
    started = time.monotonic()
    venv, folder = tmp_path / "venv", tmp_path / "empty"
    folder.mkdir()
    uv = shutil.which("uv", path=str(Path(sys.executable).parent))
    run(uv, "venv", "--quiet", "--python", sys.executable, venv, folder=folder)
    run(uv, "pip", "install", "--quiet", "--python", venv / "bin" / "python", wheel, folder=folder)
    gateway = venv / "bin" / "gateway"
    packages = next((venv / "lib").glob("python*/site-packages"))
    before = files(packages)
    try:
        run(gateway, "up", "--detach", "--free-ports", folder=folder)
        payment = json.loads(run(gateway, "--json", "pay", folder=folder))
        took = time.monotonic() - started
        page = json.loads(run(gateway, "--json", "doctor", folder=folder))
    finally:
        run(gateway, "down", folder=folder)
    assert payment["status"] == "success"
    assert took < SECONDS
    assert all(check["passed"] for check in page)
    assert [each.name for each in folder.iterdir()] == [".local"]
    assert files(packages) == before


def files(folder):
    """Returns the files with their times, without the bytecode that Python itself writes."""
    found = (file for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    return {str(file): file.stat().st_mtime_ns for file in found}
