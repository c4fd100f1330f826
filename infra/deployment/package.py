"""`make package STAGE=…`: builds one artifact for every function, and one template, in build/{stage}/.

The artifact holds the Chalice app, functions/ and the run-time packages in their installed, tested versions.
build/{stage}/packages.json lists them. docs/deployment.md has the sizes.
"""

import hashlib
import json
import os
import platform
import shutil
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from chalicelib.config import STAGES, TEST_STAGES, Settings
from infra.deployment import emulated_api, refusals, release, template, vendor
from infra.deployment.vendor import Machine, PackagingFailed, python_of, run
from infra.environment import ROOT

# The settings by which a deployment makes the test merchant; the functions need none of them.
SEEDS = frozenset({"test_merchant_email", "test_api_secret", "test_dashboard_password"})
# Those, the settings that the template or Lambda itself sets, and settings of a local run.
NOT_PARAMETERS = SEEDS | {"stage", "stack_name", "worker_lock", "checkout_port", "aws_xray_daemon_address"}
# Settings whose values lie in Secrets Manager. infra/resources/secrets.yaml has a secret for each, of the name that a
# parameter would have; the functions are told its ARN.
SECRETS = frozenset({"admin_token", "bank_notification_secret"})
# Secrets that the workers need as well as the API, to ask a bank network. The simulated network needs no secret.
WORKERS_SECRETS: frozenset[str] = frozenset()
# Of a setting's parameter. An empty value means the default in chalicelib/config.py.
DECLARATION = {"Type": "String", "Default": ""}
EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest time that a zip file can hold


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
    folder = vendor.BUILD / stage
    shutil.rmtree(folder, ignore_errors=True)
    machine = Machine(architecture(stage), python_of(stage))
    packages = vendor.installed(machine)
    _collect(folder / "app", packages, left_out(stage))
    shutil.copy(vendor.list_of(packages), folder / "packages.json")
    (folder / "resources.json").write_text(json.dumps(resources(machine)), encoding="utf-8")
    _run_chalice(folder, stage)
    whole = json.loads((folder / "out" / "sam.json").read_text(encoding="utf-8"))
    refusals.add(whole["Resources"]["RestAPI"]["Properties"]["DefinitionBody"])
    digest = _finish(folder / "out" / "deployment.zip", folder / "deployment.zip", machine)
    routes = json.dumps(emulated_api.take_out(whole)).encode() if stage in TEST_STAGES else None
    if routes is None:
        release.add(whole, digest)
    target = folder / "template.json"
    target.write_text(json.dumps(whole, indent=1, sort_keys=True), encoding="utf-8")
    return Package(target, folder / "deployment.zip", digest, routes)


def architecture(stage: str) -> str:
    """Returns the functions' architecture. An emulator runs them on its own machine's processor; AWS has both."""
    if stage in TEST_STAGES and platform.machine() in {"arm64", "aarch64"}:
        return "arm64"
    return "x86_64"


def left_out(stage: str) -> frozenset[str]:
    """Returns the folders of chalicelib/ that the artifact leaves out: only a test stage's clock can be moved."""
    return frozenset() if stage in TEST_STAGES else frozenset({"sandbox"})


def parameter(setting: str) -> str:
    """Returns the name of the template's parameter for a setting: test_mode is TestMode."""
    return "".join(word.capitalize() for word in setting.split("_"))


def parameters() -> list[str]:
    """Returns the settings that are parameters of the template: all that reach the functions but the secrets."""
    return [name for name in settable() if name not in SECRETS]


def settable() -> list[str]:
    """Returns the settings that reach the functions."""
    return [field.name for field in fields(Settings) if field.name not in NOT_PARAMETERS]


def resources(machine: Machine) -> dict[str, Any]:
    """Returns infra/resources/ with the values that are known only now.

    These are the settings as parameters, the artifact's place and Python's version.
    """
    whole = template.load()
    whole["Parameters"] |= {"ArtifactBucket": {"Type": "String"}, "ArtifactKey": {"Type": "String"}}
    whole["Parameters"] = {parameter(name): dict(DECLARATION) for name in parameters()} | whole["Parameters"]
    api = whole["Resources"]["APIHandler"]["Properties"]
    for name in settable():
        knowing = api if name in SECRETS - WORKERS_SECRETS else whole["Globals"]["Function"]
        knowing["Environment"]["Variables"][name.upper()] = {"Ref": parameter(name)}
    for item in whole["Resources"].values():
        if item["Type"] == "AWS::Serverless::Function":
            item["Properties"] |= {
                "Runtime": machine.runtime,
                "Architectures": [machine.architecture],
                "CodeUri": {"Bucket": {"Ref": "ArtifactBucket"}, "Key": {"Ref": "ArtifactKey"}},
            }
    return whole


def _collect(app: Path, packages: Path, left_out: Iterable[str]) -> None:
    """Writes a Chalice project whose vendor/ holds the files other than Chalice's. left_out: folders of chalicelib/."""
    app.mkdir(parents=True)
    no_caches = shutil.ignore_patterns("__pycache__")
    shutil.copy(ROOT / "app.py", app)
    shutil.copytree(ROOT / "chalicelib", app / "chalicelib", ignore=shutil.ignore_patterns("__pycache__", *left_out))
    (app / ".chalice").mkdir()
    shutil.copy(ROOT / ".chalice" / "config.json", app / ".chalice")
    shutil.copytree(packages, app / "vendor", ignore=no_caches)
    shutil.copytree(ROOT / "functions", app / "vendor" / "functions", ignore=no_caches)
    (app / "requirements.txt").touch()


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
    run(command, environ)


def _finish(source: Path, target: Path, machine: Machine) -> str:
    """Writes the same archive with bytecode, without times and in a fixed order. Returns the digest of its content.

    Lambda cannot write bytecode beside the code, so every cold start would otherwise compile all of it.
    """
    content = target.parent / "content"
    with zipfile.ZipFile(source) as archive:
        archive.extractall(content)
    files = _files(content)
    python = _interpreter(machine)
    digest = hashlib.sha256(f"{machine.runtime} {'bytecode' if python else 'source'}\0".encode())
    for name, file in files:
        body = file.read_bytes()
        digest.update(f"{name}\0{len(body)}\0".encode() + body)
    if python:
        _compile(python, content)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, file in _files(content):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o755 << 16  # Lambda runs the code as another user
            archive.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED)
    shutil.rmtree(content)
    return digest.hexdigest()


def _files(folder: Path) -> list[tuple[str, Path]]:
    return sorted((file.relative_to(folder).as_posix(), file) for file in folder.rglob("*") if file.is_file())


def _interpreter(machine: Machine) -> str:
    """Returns the program of the machine's Python, whose bytecode no other version can load, or "" if it is not here."""
    if machine.python == sys.version_info[:2]:
        return sys.executable
    if found := vendor.interpreter(machine):
        return found
    print(f"No {machine.runtime} here: the artifact has no bytecode, and each cold start compiles it.", file=sys.stderr)
    return ""


def _compile(python: str, folder: Path) -> None:
    """Compiles the folder. unchecked-hash: valid for any file times. Tracebacks on Lambda show the given path."""
    options = ["-q", "--invalidation-mode", "unchecked-hash", "-s", str(folder), "-p", "/var/task"]
    run([python, "-m", "compileall", *options, str(folder)], {"PYTHONHASHSEED": "0"})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "localstack"))
