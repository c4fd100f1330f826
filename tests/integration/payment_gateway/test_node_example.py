"""The example for Node in docs/testing.md, as a reader would copy it: in a folder of its own, with its own gateway."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from infra.environment import ROOT
from infra.local.locks import is_locked

NODE = shutil.which("node")
UNWANTED = ("GATEWAY_", "PYTEST_", "AWS_", "TEST_", "STA", "LOCAL_FOLDER")


@pytest.fixture
def environ(tmp_path):
    """The environment of a shell that has the command `gateway`."""
    command = tmp_path / "bin" / "gateway"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m payment_gateway "$@"\n')
    command.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(UNWANTED)}
    return kept | {"PYTHONPATH": str(ROOT), "PATH": f"{command.parent}:{os.environ['PATH']}"}


@pytest.mark.slow
@pytest.mark.skipif(NODE is None, reason="node is not installed, so the example of docs/testing.md was NOT run")
def test_the_example_for_node_runs_as_it_is_printed(tmp_path, environ):
    (example,) = re.findall(r"```javascript\n(.*?)```", (ROOT / "docs" / "testing.md").read_text(), re.DOTALL)
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "shop.test.mjs").write_text(example)
    try:
        done = subprocess.run(
            [str(NODE), "--test", "--test-reporter=tap", "shop.test.mjs"],
            cwd=folder,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
    finally:
        subprocess.run(["gateway", "down"], cwd=folder, env=environ, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^# pass 2$", done.stdout, re.MULTILINE), done.stdout
    assert not is_locked(folder / ".local" / "run.lock")
