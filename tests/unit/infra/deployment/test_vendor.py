"""Which packages the artifact holds, for which Python, and how they are listed."""

import re

import pytest

from chalicelib.config import STAGES, TEST_STAGES
from infra import requirements
from infra.deployment import vendor
from infra.deployment.vendor import Machine
from infra.environment import ROOT

AWS = Machine("x86_64")
SOURCES = [ROOT / "app.py", *(ROOT / "functions").rglob("*.py"), *(ROOT / "chalicelib").rglob("*.py")]
PRODUCTION = "\n".join(file.read_text(encoding="utf-8") for file in SOURCES if "sandbox" not in file.parts)
# The names by which the code imports packages whose name differs.
MODULES = {"argon2-cffi": "argon2", "aws-lambda-powertools": "aws_lambda_powertools"}


def names():
    return {line.partition("==")[0] for line in vendor.run_time_packages(AWS)}


def test_no_tool_and_no_test_package_is_packaged():
    assert {"pynamodb", "cryptography", "msgspec", "aws-lambda-powertools", "argon2-cffi", "botocore"} <= names()
    assert not names() & {"boto3", "chalice", "pytest", "moto", "ministack", "pyyaml", "s3transfer", "click"}


def test_every_packaged_package_is_imported_or_needed_by_one_that_is():
    asked = {requirement.name for requirement in requirements.asked_for()} - vendor.NOT_PACKAGED

    assert asked <= names()
    for name in asked:
        assert re.search(rf"^\s*(import|from) {MODULES.get(name, name)}\b", PRODUCTION, re.MULTILINE), name


def test_nothing_that_is_left_out_of_the_artifact_is_imported():
    assert not re.search(r"^\s*(import|from) boto3\b", PRODUCTION, re.MULTILINE)


def test_botocore_keeps_the_services_that_the_application_calls_and_no_others(tmp_path):
    for name in ("sqs", "ec2"):
        (tmp_path / name / "2012-11-05").mkdir(parents=True)
    (tmp_path / "endpoints.json").touch()

    vendor.prune(tmp_path)

    assert sorted(item.name for item in tmp_path.iterdir()) == ["endpoints.json", "sqs"]
    assert set(re.findall(r"aws\.client\(\"(\w+)\"", PRODUCTION)) == vendor.CALLED


@pytest.mark.parametrize("stage", STAGES)
def test_only_an_emulators_functions_run_on_the_python_that_packages_them(stage, monkeypatch):
    monkeypatch.setattr(vendor.sys, "version_info", (3, 99, 1, "final", 0))
    assert vendor.python_of(stage) == ((3, 99) if stage in TEST_STAGES else vendor.PYTHON)


def test_containers_run_the_python_of_aws():
    image = (ROOT / "infra/deployment/Dockerfile").read_text(encoding="utf-8")
    assert f"\nFROM python:{AWS.version}-slim\n" in image


@pytest.mark.parametrize(("python", "newest"), [((3, 11), 26), ((3, 12), 28), ((3, 13), 28)])
def test_no_wheel_asks_for_a_newer_glibc_than_the_runtimes_amazon_linux_has(python, newest):
    assert vendor.platforms(Machine("arm64", python)) == [
        f"manylinux_2_{newest}_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"
    ]  # fmt: skip


def test_packages_for_another_python_are_not_taken_from_the_cache(tmp_path, monkeypatch):
    def pip(command):
        (tmp_path / command[command.index("--target") + 1]).mkdir()
        (tmp_path / command[command.index("--report") + 1]).write_text('{"install": []}')

    monkeypatch.setattr(vendor, "BUILD", tmp_path)
    monkeypatch.setattr(vendor, "run", pip)

    assert vendor.installed(AWS) != vendor.installed(Machine("x86_64", (3, 11)))


def test_requirements_are_those_of_the_functions_machine_and_not_of_the_packagers():
    assert Machine("arm64", (3, 13)).markers["platform_machine"] == "aarch64"
    assert Machine("arm64", (3, 13)).markers["python_version"] == "3.13"


def test_a_package_is_listed_with_its_version_digest_and_licence():
    metadata = {"name": "Some.Thing", "version": "1.2", "license_expression": "MIT"}
    item = {"metadata": metadata, "download_info": {"archive_info": {"hashes": {"sha256": "ab"}}}}

    chalice, listed = vendor.listing({"install": [item]})

    assert listed == {"name": "some-thing", "version": "1.2", "sha256": "ab", "licence": "MIT"}
    assert chalice["name"] == "chalice"
    assert "Apache" in chalice["licence"]


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({"classifier": ["License :: OSI Approved :: BSD License", "Topic :: X"], "license": "long"}, "BSD License"),
        ({"license": "MIT\nPermission is hereby granted"}, "MIT"),
        ({}, ""),
    ],
)
def test_older_packages_say_their_licence_elsewhere(metadata, expected):
    assert vendor.licence(metadata) == expected


def test_a_fresh_checkout_has_no_build_folder_and_gets_one(tmp_path, monkeypatch):
    monkeypatch.setattr(vendor, "BUILD", tmp_path / "build")

    def pip(command):
        assert vendor.Path(command[-1]).read_text(encoding="utf-8")
        raise vendor.PackagingFailed("no network")

    monkeypatch.setattr(vendor, "run", pip)
    with pytest.raises(vendor.PackagingFailed, match="no network"):
        vendor.installed(AWS)
