"""Tests that Chalice's own commands say what to do instead, where they cannot work."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.chalice_commands import fault_of
from infra.deployment import package
from infra.environment import ROOT
from infra.local.ports import any_free_port
from tests.support.receiver import Receiver


def chalice(*command, **environ):
    names = {"AWS_ENDPOINT_URL", "STAGE", "STACK_NAME"}
    return subprocess.run(
        [Path(sys.executable).with_name("chalice"), *command],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in names} | environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_packaging_by_chalice_alone_fails_and_names_make_package(stage, tmp_path):
    done = chalice("package", "--stage", stage, str(tmp_path / "out"))

    assert done.returncode == 1
    assert f"make package STAGE={stage}" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_the_local_server_without_an_emulator_ends_and_names_make_up():
    done = chalice("local", "--stage", "local", "--port", "0")

    assert "make up" in done.stderr
    assert "AWS_ENDPOINT_URL is not set" in done.stderr


def test_an_emulator_that_does_not_answer_is_named():
    endpoint = f"http://127.0.0.1:{any_free_port()}"

    assert f"nothing answers at AWS_ENDPOINT_URL={endpoint}" in fault_of(
        ["local", "--stage=localstack"], {"AWS_ENDPOINT_URL": endpoint}
    )


def test_the_local_server_beside_an_emulator_is_served():
    server = Receiver()
    assert fault_of(["local", "--stage", "local"], {"AWS_ENDPOINT_URL": server.url("")}) == ""
    server.close()


def test_deploying_by_chalice_alone_is_refused_at_its_default_stage():
    assert "make deploy STAGE=dev" in fault_of(["--project-dir", "x", "deploy"], {})


def test_the_packager_of_this_project_may_call_chalice(tmp_path):
    """Its copy of the project has no infra/ to ask."""
    package._collect(tmp_path / "app", ROOT / "tests" / "unit" / "domain" / "webhook_vectors", package.left_out("prod"))
    (tmp_path / "resources.json").write_text("{}")

    package._run_chalice(tmp_path, "prod")

    assert (tmp_path / "out" / "sam.json").exists()


def test_what_imports_nothing_but_routes_is_left_alone():
    assert fault_of(["generate-models", "--stage", "prod"], {}) == ""
