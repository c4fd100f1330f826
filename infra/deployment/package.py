"""`make package STAGE=…`: builds one artifact for every function, and one template, in build/{stage}/.

The artifact holds the Chalice app, functions/ and the run-time packages in their installed, tested versions.
It leaves out boto3 and botocore, which are part of Lambda's Python. docs/deployment.md has the sizes.
"""

import hashlib
import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from chalicelib.config import STAGES, TEST_STAGES, Settings
from infra import requirements
from infra.deployment import emulated_api, refusals, template
from infra.environment import ROOT

BUILD = ROOT / "build"
# The packages of Lambda's Python, and Chalice, of which Chalice's packager copies the two files that run.
NOT_PACKAGED = frozenset({"boto3", "botocore", "chalice"})
# Settings that the template or Lambda itself sets, and settings of a local run.
NOT_PARAMETERS = frozenset({"stage", "stack_name", "worker_lock", "checkout_port", "aws_xray_daemon_address"})
SECRET_PARAMETERS = frozenset({"admin_token", "bank_notification_secret", "test_api_secret", "test_dashboard_password"})
# Secrets that the workers need as well as the API, to ask a bank network. The simulated network needs no secret.
WORKERS_SECRETS: frozenset[str] = frozenset()
# Lambda's processor architectures, and their names in the names of wheels.
ARCHITECTURES = {"x86_64": "x86_64", "arm64": "aarch64"}
# Lambda's Python runs on Amazon Linux 2023 (glibc 2.34) from this version on, and on Amazon Linux 2 (2.26) before it.
AMAZON_LINUX_2023 = (3, 12)
EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest time that a zip file can hold


class PackagingFailed(Exception):
    """Carries the output of the tool that failed as its text."""


@dataclass(frozen=True, slots=True)
class Package:
    """Names the built files. digest: of the artifact's content. routes: for an emulator, see infra/deployment/emulated_api.py."""

    template: Path
    artifact: Path
    digest: str
    routes: bytes | None


def main(stage: str) -> int:
    try:
        package = build(stage)
    except PackagingFailed as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{package.template.relative_to(ROOT)}\n{package.artifact.relative_to(ROOT)}  {size(package.artifact)}")
    return 0


def size(artifact: Path) -> str:
    """Returns the zipped and the unpacked size; Lambda's limits are 50 and 250 MiB."""
    unpacked = sum(item.file_size for item in zipfile.ZipFile(artifact).infolist())
    return f"{artifact.stat().st_size / 2**20:.1f} MiB, unpacked {unpacked / 2**20:.1f} MiB"


def build(stage: str) -> Package:
    """Builds the stage's artifact and template. Raises PackagingFailed."""
    if stage not in STAGES:
        raise PackagingFailed(f"STAGE must be one of {', '.join(STAGES)}, not {stage!r}.")
    folder = BUILD / stage
    shutil.rmtree(folder, ignore_errors=True)
    _collect(folder / "app", architecture(stage), left_out(stage))
    (folder / "resources.json").write_text(json.dumps(resources(architecture(stage))), encoding="utf-8")
    _run_chalice(folder, stage)
    whole = json.loads((folder / "out" / "sam.json").read_text(encoding="utf-8"))
    refusals.add(whole["Resources"]["RestAPI"]["Properties"]["DefinitionBody"])
    routes = json.dumps(emulated_api.take_out(whole)).encode() if stage in TEST_STAGES else None
    target = folder / "template.json"
    target.write_text(json.dumps(whole, indent=1, sort_keys=True), encoding="utf-8")
    digest = _finish(folder / "out" / "deployment.zip", folder / "deployment.zip")
    return Package(target, folder / "deployment.zip", digest, routes)


def architecture(stage: str) -> str:
    """Returns the functions' architecture. An emulator runs them on its own machine's processor; AWS has both."""
    if stage in TEST_STAGES and platform.machine() in {"arm64", "aarch64"}:
        return "arm64"
    return "x86_64"


def left_out(stage: str) -> frozenset[str]:
    """Returns the folders of chalicelib/ that the artifact leaves out: only a test stage's clock can be moved."""
    return frozenset() if stage in TEST_STAGES else frozenset({"sandbox"})


def runtime() -> str:
    return f"python{sys.version_info.major}.{sys.version_info.minor}"


def platforms(machine: str, python: tuple[int, ...] = sys.version_info[:2]) -> list[str]:
    """Returns the wheel tags that the runtime can load, the newest first. A wheel must not ask for a newer glibc."""
    glibc = 28 if python >= AMAZON_LINUX_2023 else 26
    return [f"{kind}_{ARCHITECTURES[machine]}" for kind in (f"manylinux_2_{glibc}", "manylinux_2_17", "manylinux2014")]


def parameter(setting: str) -> str:
    """Returns the name of the template's parameter for a setting: test_mode is TestMode."""
    return "".join(word.capitalize() for word in setting.split("_"))


def settable() -> list[str]:
    return [field.name for field in fields(Settings) if field.name not in NOT_PARAMETERS]


def resources(machine: str) -> dict[str, Any]:
    """Returns infra/resources/ with the values that are known only now.

    These are the settings as parameters, the artifact's place and Python's version.
    """
    whole = template.load()
    whole["Parameters"] |= {"ArtifactBucket": {"Type": "String"}, "ArtifactKey": {"Type": "String"}}
    whole["Parameters"] = {parameter(name): _declaration(name) for name in settable()} | whole["Parameters"]
    api = whole["Resources"]["APIHandler"]["Properties"]
    for name in settable():
        knowing = api if name in SECRET_PARAMETERS - WORKERS_SECRETS else whole["Globals"]["Function"]
        knowing["Environment"]["Variables"][name.upper()] = {"Ref": parameter(name)}
    for item in whole["Resources"].values():
        if item["Type"] == "AWS::Serverless::Function":
            item["Properties"] |= {
                "Runtime": runtime(),
                "Architectures": [machine],
                "CodeUri": {"Bucket": {"Ref": "ArtifactBucket"}, "Key": {"Ref": "ArtifactKey"}},
            }
    return whole


def _declaration(setting: str) -> dict[str, Any]:
    """Returns a parameter's declaration. An empty value means the default in chalicelib/config.py."""
    return {"Type": "String", "Default": ""} | ({"NoEcho": True} if setting in SECRET_PARAMETERS else {})


def run_time_packages() -> list[str]:
    """Returns name==version of the packages in requirements.in and of all their dependencies, as installed here."""
    found: dict[str, str] = {}
    _add_needed(requirements.asked_for(), found)
    return sorted(f"{name}=={version}" for name, version in found.items())


def _add_needed(needed: Iterable[Requirement], found: dict[str, str]) -> None:
    for requirement in needed:
        name = canonicalize_name(requirement.name)
        wanted = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if not wanted or name in NOT_PACKAGED or name in found:
            continue
        distribution = importlib.metadata.distribution(name)
        found[name] = distribution.version
        _add_needed(map(Requirement, distribution.requires or []), found)


def with_digests(packages: Iterable[str]) -> list[str]:
    """Returns each package with its digests, as pip --require-hashes reads it.

    Raises PackagingFailed for a package that requirements.txt does not have.
    """
    locked = requirements.locked()
    unknown = [package for package in packages if package not in locked]
    if unknown:
        raise PackagingFailed(f"requirements.txt has no {', '.join(unknown)}, which is installed: run `make setup`.")
    return [locked[package] for package in packages]


def _collect(app: Path, machine: str, left_out: Iterable[str]) -> None:
    """Writes a Chalice project whose vendor/ holds the files other than Chalice's. left_out: folders of chalicelib/."""
    app.mkdir(parents=True)
    no_caches = shutil.ignore_patterns("__pycache__")
    shutil.copy(ROOT / "app.py", app)
    shutil.copytree(ROOT / "chalicelib", app / "chalicelib", ignore=shutil.ignore_patterns("__pycache__", *left_out))
    (app / ".chalice").mkdir()
    shutil.copy(ROOT / ".chalice" / "config.json", app / ".chalice")
    shutil.copytree(_installed(machine), app / "vendor", ignore=no_caches)
    shutil.copytree(ROOT / "functions", app / "vendor" / "functions", ignore=no_caches)
    (app / "requirements.txt").touch()


def _installed(machine: str) -> Path:
    """Returns the folder of run-time packages, unpacked for Lambda's platform. It is kept until a version changes."""
    packages = with_digests(run_time_packages())
    wheels = platforms(machine)
    key = hashlib.sha256("\n".join([runtime(), *wheels, *packages]).encode()).hexdigest()[:16]
    target = BUILD / f"packages-{key}"
    if target.exists():
        return target
    partial = BUILD / f"{target.name}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    wanted = BUILD / f"{target.name}.txt"
    wanted.write_text("\n".join(packages), encoding="utf-8")
    _run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-compile",
         "--require-hashes", "--only-binary=:all:", "--target", str(partial), "--implementation", "cp",
         "--python-version", runtime()[6:],
         *(f"--platform={name}" for name in wheels), "-r", str(wanted)]
    )  # fmt: skip
    shutil.rmtree(partial / "bin", ignore_errors=True)
    partial.rename(target)
    return target


def _run_chalice(folder: Path, stage: str) -> None:
    command = [
        sys.executable, "-c", "import sys, chalice.cli; sys.exit(chalice.cli.main())",
        "--project-dir", str(folder / "app"), "package",
        "--stage", stage,
        "--merge-template", str(folder / "resources.json"), str(folder / "out"),
    ]  # fmt: skip
    # Chalice imports the app to see its routes. The import needs no emulator and no account. It needs only the settings
    # without which production refuses to start. The deployed functions get theirs from the template's parameters.
    environ = {
        "PATH": os.environ["PATH"],
        "AWS_DEFAULT_REGION": "us-east-1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "ACQUIRER": "simulated",
        "ALLOW_SIMULATED_ACQUIRER": "true",
        "PACKAGING": "true",  # it tells app.py that this Chalice command gets what Chalice does not know
    }
    _run(command, environ)


def _run(command: list[str], environ: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PackagingFailed(f"{' '.join(command[:4])} … failed:\n{done.stdout}{done.stderr}")


def _finish(source: Path, target: Path) -> str:
    """Writes the same archive with bytecode, without times and in a fixed order. Returns the digest of its content.

    Lambda cannot write bytecode beside the code, so every cold start would otherwise compile all of it.
    """
    content = target.parent / "content"
    with zipfile.ZipFile(source) as archive:
        archive.extractall(content)
    files = _files(content)
    digest = hashlib.sha256()
    for name, file in files:
        body = file.read_bytes()
        digest.update(f"{name}\0{len(body)}\0".encode() + body)
    _compile(content)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, file in _files(content):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o755 << 16  # Lambda runs the code as another user
            archive.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED)
    shutil.rmtree(content)
    return digest.hexdigest()


def _files(folder: Path) -> list[tuple[str, Path]]:
    return sorted((file.relative_to(folder).as_posix(), file) for file in folder.rglob("*") if file.is_file())


def _compile(folder: Path) -> None:
    """Compiles the folder. unchecked-hash: valid for any file times. Tracebacks on Lambda show the given path."""
    options = ["-q", "--invalidation-mode", "unchecked-hash", "-s", str(folder), "-p", "/var/task"]
    _run([sys.executable, "-m", "compileall", *options, str(folder)], {"PYTHONHASHSEED": "0"})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "localstack"))
