"""The Makefile hands on what it is given as text: neither make nor a shell runs any of it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOSTILE = [
    'x"; touch made; "',
    "`touch made`",
    "$(touch made)",
    "$(shell touch made)",
    "${shell touch made}",
    "$$(touch made)",
    "$(NAME)",
    "'; touch made; '",
    "Acme & Sons > made",
    'a\\"b\nc',
    "--help",
    "Müller 💳 $HOME ~ *",
]
GIVEN = dict.fromkeys(("NAME", "QUEUE", "MERCHANT", "KEY", "NEW_PASSWORD", "STAGE", "STACK_NAME"), "{}") | {
    "EMAIL": "{}@example.com"
}
TARGETS = {
    "merchant": ["payment_gateway", "merchant", "--", "{}", "{}@example.com"],
    "revoke": ["infra.revoke", "{}", "{}", "{}"],
    "redrive": ["payment_gateway", "redrive", "--", "{}"],
    "audit": ["payment_gateway", "audit", "--merchant", "{}"],
    "books-check": ["infra.books", "--check", "--merchant", "{}"],
    "package": ["infra.deployment.package", "{}"],
    "deploy": ["infra.deployment.deploy", "{}"],
    "destroy": ["infra.deployment.destroy", "{}"],
}
PYTHON = """#!/bin/sh
exec {python} -SE -c 'import json, os, sys; print(json.dumps([sys.argv[2:], dict(os.environ)]))' "$@"
"""


@pytest.fixture
def folder(tmp_path):
    """The Makefile with an environment that is installed, and whose Python shows its arguments."""
    if shutil.which("make") is None:
        pytest.skip("no make on this machine")
    for file in (ROOT / "Makefile", *ROOT.glob("requirements*.txt")):
        shutil.copy(file, tmp_path)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(PYTHON.format(python=sys.executable))
    python.chmod(0o755)
    for installed in ("installed-runtime", "installed-tools"):
        (tmp_path / ".venv" / installed).touch()
    return tmp_path


def ran(folder, *targets, by_environment=False, **variables):
    """(arguments after -m, environment) of the Python that each target started."""
    environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    given = [] if by_environment else [f"{name}={value}" for name, value in variables.items()]
    environ |= variables if by_environment else {}
    done = subprocess.run(
        ["make", *targets, *given], cwd=folder, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("by_environment", [False, True], ids=["argument", "environment"])
@pytest.mark.parametrize("text", HOSTILE, ids=repr)
def test_every_target_gets_every_text_as_it_was_given(folder, text, by_environment):
    variables = {name: value.format(text) for name, value in GIVEN.items()}

    shown = ran(folder, *TARGETS, by_environment=by_environment, **variables)

    assert [arguments for arguments, _ in shown] == [[p.format(text) for p in parts] for parts in TARGETS.values()]
    assert all({name: environ[name] for name in variables} == variables for _, environ in shown)
    assert not (folder / "made").exists()


def test_what_is_not_given_is_not_there(folder):
    arguments, environs = zip(*ran(folder, "audit", "package", "merchant"), strict=True)

    assert arguments == (
        ["payment_gateway", "audit"],
        ["infra.deployment.package", "localstack"],
        ["payment_gateway", "merchant", "--", "", ""],
    )
    assert not any("STAGE" in environ for environ in environs)


def test_options_of_tests_are_words_for_pytest_and_nothing_that_a_shell_runs(folder):
    given = [arguments for arguments, _ in ran(folder, "test", PARALLEL="-n 1; touch made $(touch made)")]

    assert given == [["pytest", *"-n 1; touch made $(touch made)".split()]]
    assert not (folder / "made").exists()
    assert ran(folder, "test")[0][0] == ["pytest", "-n", "2", "--dist", "loadfile"]
