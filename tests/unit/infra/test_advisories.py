import json

import pytest

from infra import advisories
from infra.advisories import Verdict

CRYPTOGRAPHY = {"name": "cryptography", "version": "1.0", "vulns": [{"id": "PYSEC-1"}]}
TOOL = {"name": "pytest", "version": "2.0", "vulns": [{"id": "PYSEC-2"}]}
UNKNOWN = {"name": "regex", "skip_reason": "not found"}


@pytest.fixture
def verdicts(monkeypatch):
    """Sets what the two databases say."""

    def say(python, npm):
        monkeypatch.setattr(advisories, "of_python", lambda: python)
        monkeypatch.setattr(advisories, "of_npm", lambda: npm)

    return say


def test_what_is_deployed_is_the_artifact_and_chalice():
    assert {"chalice", "cffi", "cryptography"} <= advisories.deployed()
    assert not advisories.deployed() & {"boto3", "click"}


def test_everything_that_is_installed_is_looked_up():
    assert advisories.deployed() | {"pip", "setuptools", "pytest", "click"} <= advisories.installed().keys()


def test_an_advisory_says_whether_its_package_is_deployed():
    verdict = advisories.read_pip_audit(json.dumps({"dependencies": [CRYPTOGRAPHY, TOOL, UNKNOWN]}), "")

    assert verdict == Verdict(2, ["cryptography 1.0 (deployed): PYSEC-1", "pytest 2.0 (a tool): PYSEC-2"], ["regex"])


def test_an_advisory_on_a_tool_of_the_pages_is_found():
    report = {"vulnerabilities": {"typescript": {"severity": "high"}}, "metadata": {"dependencies": {"total": 30}}}

    assert advisories.read_npm_audit(json.dumps(report), "") == Verdict(
        30, ["typescript (a tool of the pages): high"], []
    )


@pytest.mark.parametrize("read", [advisories.read_pip_audit, advisories.read_npm_audit])
@pytest.mark.parametrize("output", ["", '{"message": "405"}'])
def test_a_database_out_of_reach_is_named_with_its_reason(read, output):
    [skipped] = read(output, "Traceback\n  no name\n\n").skipped

    assert skipped.endswith("since no name")


@pytest.mark.parametrize(("found", "status"), [(["pip 1: X"], 1), ([], 0)])
def test_only_an_advisory_fails(verdicts, capsys, found, status):
    verdicts(Verdict(5, found, []), Verdict(0, [], ["all npm packages, since npm is absent"]))

    assert advisories.main() == status
    assert "!! SKIPPED: no advisory database answered for 1: all npm packages" in capsys.readouterr().out
