"""Chooses and unpacks the packages of the artifact, and lists them with their digests and licences."""

import hashlib
import importlib.metadata
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from chalicelib.config import TEST_STAGES
from infra import requirements
from infra.environment import ROOT

BUILD = ROOT / "build"
# boto3 is for the tools: the application calls botocore itself. Chalice's packager copies the two files of Chalice that run.
NOT_PACKAGED = frozenset({"boto3", "chalice"})
# The services that the application calls. The descriptions of all services are 90 % of botocore.
CALLED = frozenset({"dynamodb", "kms", "lambda", "secretsmanager", "sqs"})
# The Python of the functions on AWS. infra/deployment/Dockerfile has the same.
PYTHON = (3, 12)
# Lambda's processor architectures, and their names in the names of wheels.
ARCHITECTURES = {"x86_64": "x86_64", "arm64": "aarch64"}
# Lambda's Python runs on Amazon Linux 2023 (glibc 2.34) from this version on, and on Amazon Linux 2 (2.26) before it.
AMAZON_LINUX_2023 = (3, 12)


class PackagingFailed(Exception):
    """Carries the output of the tool that failed as its text."""


@dataclass(frozen=True, slots=True)
class Machine:
    """Describes what the artifact runs on. architecture: a name of Lambda's. python: major and minor version."""

    architecture: str
    python: tuple[int, ...] = PYTHON

    @property
    def runtime(self) -> str:
        return f"python{self.version}"

    @property
    def version(self) -> str:
        return ".".join(map(str, self.python))

    @property
    def markers(self) -> dict[str, str]:
        """Returns the values of the markers in packages' requirements that depend on the machine."""
        processor = ARCHITECTURES[self.architecture]
        linux = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": processor}
        python = {"python_version": self.version, "python_full_version": f"{self.version}.0"}
        return linux | python | {"platform_python_implementation": "CPython", "extra": ""}


def python_of(stage: str) -> tuple[int, ...]:
    """Returns the functions' Python. An emulator may run them on the machine's own, which is the packager's."""
    return sys.version_info[:2] if stage in TEST_STAGES else PYTHON


def platforms(machine: Machine) -> list[str]:
    """Returns the wheel tags that the runtime can load, the newest first. A wheel must not ask for a newer glibc."""
    glibc = 28 if machine.python >= AMAZON_LINUX_2023 else 26
    processor = ARCHITECTURES[machine.architecture]
    return [f"{kind}_{processor}" for kind in (f"manylinux_2_{glibc}", "manylinux_2_17", "manylinux2014")]


def run_time_packages(machine: Machine) -> list[str]:
    """Returns name==version of the packages in requirements.in and of all their dependencies, as installed here."""
    found: dict[str, str] = {}
    _add_needed(requirements.asked_for(), machine.markers, found)
    return sorted(f"{name}=={version}" for name, version in found.items())


def _add_needed(needed: Iterable[Requirement], markers: dict[str, str], found: dict[str, str]) -> None:
    for requirement in needed:
        name = canonicalize_name(requirement.name)
        wanted = requirement.marker is None or requirement.marker.evaluate(markers)
        if not wanted or name in NOT_PACKAGED or name in found:
            continue
        distribution = importlib.metadata.distribution(name)
        found[name] = distribution.version
        _add_needed(map(Requirement, distribution.requires or []), markers, found)


def with_digests(packages: Iterable[str]) -> list[str]:
    """Returns each package with its digests, as pip --require-hashes reads it.

    Raises PackagingFailed for a package that requirements.txt does not have.
    """
    locked = requirements.locked()
    unknown = [package for package in packages if package not in locked]
    if unknown:
        raise PackagingFailed(f"requirements.txt has no {', '.join(unknown)}, which is installed: run `make setup`.")
    return [locked[package] for package in packages]


def installed(machine: Machine) -> Path:
    """Returns the folder of run-time packages, unpacked for Lambda's platform. It is kept until a version changes.

    list_of() names the file that lists them.
    """
    packages = with_digests(run_time_packages(machine))
    wheels = platforms(machine)
    parts = "\n".join([machine.runtime, *wheels, *packages, *sorted(CALLED)])
    target = BUILD / f"packages-{hashlib.sha256(parts.encode()).hexdigest()[:16]}"
    if target.exists():
        return target
    partial, report = BUILD / f"{target.name}.partial", BUILD / f"{target.name}.report"
    shutil.rmtree(partial, ignore_errors=True)
    BUILD.mkdir(exist_ok=True)
    wanted = BUILD / f"{target.name}.txt"
    wanted.write_text("\n".join(packages), encoding="utf-8")
    run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-compile",
         "--require-hashes", "--only-binary=:all:", "--target", str(partial), "--implementation", "cp",
         "--python-version", machine.version, "--report", str(report),
         *(f"--platform={name}" for name in wheels), "-r", str(wanted)]
    )  # fmt: skip
    shutil.rmtree(partial / "bin", ignore_errors=True)
    prune(partial / "botocore" / "data")
    listed = listing(json.loads(report.read_text(encoding="utf-8")))
    list_of(target).write_text(json.dumps(listed, indent=1), encoding="utf-8")
    partial.rename(target)
    return target


def list_of(packages: Path) -> Path:
    """Returns the file that lists the unpacked packages of this folder."""
    return packages.with_suffix(".json")


def prune(data: Path) -> None:
    """Removes botocore's descriptions of the services that the application does not call."""
    for folder in data.glob("*/"):
        if folder.name not in CALLED:
            shutil.rmtree(folder)


def listing(report: Mapping[str, Any]) -> list[dict[str, str]]:
    """Returns name, version, digest of the wheel and licence of each package. report: of `pip install --report`.

    Chalice is in the list without a digest: its two files are copied from this environment, where pip checked them.
    """
    chalice = importlib.metadata.distribution("chalice")
    own = {"name": "chalice", "version": chalice.version, "licence": licence(chalice.metadata.json)}
    others = [
        {
            "name": canonicalize_name(item["metadata"]["name"]),
            "version": item["metadata"]["version"],
            "sha256": item["download_info"]["archive_info"]["hashes"]["sha256"],
            "licence": licence(item["metadata"]),
        }
        for item in report["install"]
    ]
    return sorted([own, *others], key=lambda each: each["name"])


def licence(metadata: Mapping[str, Any]) -> str:
    """Returns a package's licence: the expression, else the classifiers, else the first line of the old free text."""
    named = [text.rpartition(" :: ")[2] for text in metadata.get("classifier", ()) if text.startswith("License :: ")]
    return metadata.get("license_expression") or ", ".join(named) or str(metadata.get("license", "")).partition("\n")[0]


def interpreter(machine: Machine) -> str:
    """Returns the machine's Python on this computer, or "". A version manager's name for it may lead nowhere."""
    try:
        asked = [machine.runtime, "-c", "import sys; print(sys.executable)"]
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def run(command: list[str], environ: dict[str, str] | None = None) -> None:
    """Runs a tool. Raises PackagingFailed with its output."""
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PackagingFailed(f"{' '.join(command[:4])} … failed:\n{done.stdout}{done.stderr}")
