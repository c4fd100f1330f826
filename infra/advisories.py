"""`make advisories`: known vulnerabilities of everything that is installed, and of the pages' tools in package-lock.json.

Exit status: 1 if there is one. What a database did not answer is printed loudly as SKIPPED and is no failure: a machine without
a network could not build anything otherwise.
"""

import importlib.metadata
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from packaging.utils import canonicalize_name

from infra import package
from infra.requirements import ROOT


class Verdict(NamedTuple):
    """found: a line an advisory. skipped: names that were not looked up, or why nothing was."""

    looked_up: int
    found: list[str]
    skipped: list[str]


def deployed() -> set[str]:
    """Names of all that is in the artifact; of Chalice two files are. boto3 and botocore are Lambda's."""
    return {line.partition("==")[0] for line in package.run_time_packages()} | {"chalice"}


def installed() -> dict[str, str]:
    """The version of every package of this environment: what is deployed, the tools, and pip itself."""
    return {canonicalize_name(each.name): each.version for each in importlib.metadata.distributions()}


def of_python() -> Verdict:
    with tempfile.TemporaryDirectory() as folder:
        pins = Path(folder, "requirements.txt")
        pins.write_text("\n".join(f"{name}=={version}" for name, version in installed().items()), encoding="utf-8")
        options = ["-r", str(pins), "--no-deps", "--disable-pip", "-f", "json"]
        return read_pip_audit(*_run([sys.executable, "-m", "pip_audit", *options]))


def read_pip_audit(output: str, errors: str) -> Verdict:
    try:
        packages = json.loads(output)["dependencies"]
    except (ValueError, KeyError):
        return Verdict(0, [], [f"all Python packages, since {_last_line(errors)}"])
    skipped = [each["name"] for each in packages if "skip_reason" in each]
    return Verdict(len(packages) - len(skipped), [*_of_packages(packages)], skipped)


def _of_packages(packages: list[dict[str, Any]]) -> list[str]:
    inside = deployed()
    return [
        f"{each['name']} {each['version']} ({'deployed' if each['name'] in inside else 'a tool'}): {advisory['id']}"
        for each in packages
        for advisory in each.get("vulns", ())
    ]


def of_npm() -> Verdict:
    """The pages have no package: these are the tools that check them."""
    if not shutil.which("npm"):
        return Verdict(0, [], ["all npm packages, since npm is absent"])
    return read_npm_audit(*_run(["npm", "audit", "--json", "--package-lock-only"]))


def read_npm_audit(output: str, errors: str) -> Verdict:
    try:
        report = json.loads(output)
        found = [
            f"{name} (a tool of the pages): {each['severity']}" for name, each in report["vulnerabilities"].items()
        ]
        return Verdict(report["metadata"]["dependencies"]["total"], found, [])
    except (ValueError, KeyError):
        return Verdict(0, [], [f"all npm packages, since {_last_line(errors)}"])


def _last_line(text: str) -> str:
    return ([line for line in text.splitlines() if line.strip()] or ["the database did not answer"])[-1].strip()


def _run(command: Sequence[str]) -> tuple[str, str]:
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return ran.stdout, ran.stderr


def main() -> int:
    verdicts = [of_python(), of_npm()]
    skipped = [name for verdict in verdicts for name in verdict.skipped]
    found = [line for verdict in verdicts for line in verdict.found]
    for line in found:
        print(line)
    looked_up = sum(verdict.looked_up for verdict in verdicts)
    print(f"{looked_up} packages looked up, {len(found)} advisories.")
    if skipped:
        print(f"!! SKIPPED: no advisory database told of {len(skipped)}: {', '.join(skipped)}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
