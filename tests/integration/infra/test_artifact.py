"""The artifact for prod, really built."""

import json
import re
import subprocess
import zipfile

import pytest

from infra.deployment import package, vendor
from infra.deployment.vendor import Machine

AWS = Machine("x86_64")
PERMISSIVE = re.compile(r"Apache|MIT|BSD|PSF|Python Software Foundation|ISC", re.IGNORECASE)
TOOLS = re.compile(r"sandbox|pytest|moto|ministack|localstack|infra/|tests?/|click|boto3/", re.IGNORECASE)
HANDLERS = (
    "app, functions.process_payment, functions.process_refund, functions.deliver_webhook, functions.run_deadlines"
)


@pytest.fixture(scope="module")
def built():
    return package.build("prod")


@pytest.fixture(scope="module")
def unpacked(built, tmp_path_factory):
    folder = tmp_path_factory.mktemp("task")
    with zipfile.ZipFile(built.artifact) as archive:
        archive.extractall(folder)
    return folder


def listed(built):
    return json.loads((built.template.parent / "packages.json").read_text(encoding="utf-8"))


def test_the_artifact_holds_no_sandbox_no_tool_and_no_test(unpacked):
    names = [file.relative_to(unpacked).as_posix() for file in unpacked.rglob("*") if file.is_file()]
    assert [name for name in names if TOOLS.search(name)] == []


def test_the_list_names_exactly_the_packages_in_the_artifact_with_digest_and_licence(built, unpacked):
    found = {f"{item.name.removesuffix('.dist-info').rpartition('-')[0]}" for item in unpacked.glob("*.dist-info")}
    packages = {item["name"]: item for item in listed(built)}

    assert {name.replace("_", "-").lower() for name in found} == packages.keys() - {"chalice"}
    for name, item in packages.items():
        assert PERMISSIVE.search(item["licence"]), item
        assert name == "chalice" or re.fullmatch("[0-9a-f]{64}", item["sha256"])


def test_every_handler_can_be_imported_from_the_artifact_alone(unpacked):
    python = vendor.interpreter(AWS)
    if not python:
        pytest.skip(f"no {AWS.runtime} here, which the functions run on")
    environ = {
        "STAGE": "dev",
        "STACK_NAME": "gateway-dev",
        "AWS_DEFAULT_REGION": "us-east-1",
        "PYTHONPATH": str(unpacked),
    }
    clients = f"from chalicelib import aws; [aws.client(name) for name in {sorted(vendor.CALLED)}]"
    subprocess.run([python, "-S", "-c", f"import {HANDLERS}; {clients}"], cwd="/", env=environ, check=True)


def test_the_artifact_fits_lambda(built):
    with zipfile.ZipFile(built.artifact) as archive:
        assert sum(item.file_size for item in archive.infolist()) < 60 * 2**20
    assert built.artifact.stat().st_size < 25 * 2**20


def test_the_functions_of_aws_run_on_the_pinned_python(built):
    resources = json.loads(built.template.read_text(encoding="utf-8"))["Resources"]
    runtimes = {
        item["Properties"]["Runtime"] for item in resources.values() if item["Type"] == "AWS::Serverless::Function"
    }
    assert runtimes == {f"python{'.'.join(map(str, vendor.PYTHON))}"}
