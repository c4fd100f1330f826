"""`make advisories`: lists the known vulnerabilities of all installed packages and of the tools in package-lock.json.

Prints SKIPPED where an advisory database cannot be reached or does not know a package.
Exit status: 1 for a known vulnerability. A lookup that fails does not change the exit status, so that CI also runs on a
machine without a network.
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

from infra.deployment import vendor
from infra.environment import ROOT


class Verdict(NamedTuple):
    """Holds one database's answer.

    found: a line for each advisory. skipped: names that were not looked up, or why none was.
    """

    looked_up: int
    found: list[str]
    skipped: list[str]


def deployed() -> set[str]:
    """Returns the names of the packages in the artifact, and of Chalice, of which the artifact holds two files."""
    return {line.partition("==")[0] for line in vendor.run_time_packages(vendor.Machine("x86_64"))} | {"chalice"}


def installed() -> dict[str, str]:
    """Returns the version of every package of this environment, by name: deployed packages, tools, and pip itself."""
    return {canonicalize_name(each.name): each.version for each in importlib.metadata.distributions()}


def of_python() -> Verdict:
    """Looks up every package of this environment with pip-audit."""
    with tempfile.TemporaryDirectory() as folder:
        pins = Path(folder, "requirements.txt")
        pins.write_text("\n".join(f"{name}=={version}" for name, version in installed().items()), encoding="utf-8")
        options = ["-r", str(pins), "--no-deps", "--disable-pip", "-f", "json"]
        return read_pip_audit(*_run([sys.executable, "-m", "pip_audit", *options]))


def read_pip_audit(output: str, errors: str) -> Verdict:
    """Reads pip-audit's JSON. Without JSON the verdict's reason is the last line of errors."""
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
    """Looks up the tools that check the pages. The pages themselves have no package."""
    if not shutil.which("npm"):
        return Verdict(0, [], ["all npm packages, since npm is absent"])
    return read_npm_audit(*_run(["npm", "audit", "--json", "--package-lock-only"]))


def read_npm_audit(output: str, errors: str) -> Verdict:
    """Reads npm's JSON. Without JSON the verdict's reason is the last line of errors."""
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
    """Prints the advisories and the packages that were skipped. Returns the exit status."""
    verdicts = [of_python(), of_npm()]
    skipped = [name for verdict in verdicts for name in verdict.skipped]
    found = [line for verdict in verdicts for line in verdict.found]
    for line in found:
        print(line)
    looked_up = sum(verdict.looked_up for verdict in verdicts)
    print(f"{looked_up} packages looked up, {len(found)} advisories.")
    if skipped:
        print(f"!! SKIPPED: no advisory database answered for {len(skipped)}: {', '.join(skipped)}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
