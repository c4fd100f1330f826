"""docker-compose.yml and the Dockerfile, as far as they can be checked without an engine."""

import json
import re

import jsonschema_rs
import pytest
import yaml

from chalicelib.outbound import resolving
from infra.environment import ROOT

DOCKERFILE = (ROOT / "infra/deployment/Dockerfile").read_text(encoding="utf-8")
DOCUMENTS = [(ROOT / name).read_text(encoding="utf-8") for name in ("docs/deployment.md", "README.md")]
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
SERVICES = yaml.safe_load(TEXT)["services"]
STRINGS = {"type": "array", "items": {"type": "string"}}
# The part of the Compose specification's schema that the file uses. Everything else is a typing error.
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "services", "volumes"],
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]*$"},
        "volumes": {"additionalProperties": {"type": "null"}},
        "services": {
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "oneOf": [{"required": ["image"]}, {"required": ["build"]}],
                "properties": {
                    "image": {"type": "string"},
                    "build": {"required": ["context", "dockerfile"]},
                    "entrypoint": STRINGS,
                    "ports": STRINGS,
                    "volumes": STRINGS,
                    "environment": {"additionalProperties": {"type": "string"}},
                    "restart": {"enum": ["no", "always", "on-failure", "unless-stopped"]},
                    "depends_on": {
                        "additionalProperties": {
                            "required": ["condition"],
                            "properties": {
                                "condition": {
                                    "enum": ["service_started", "service_healthy", "service_completed_successfully"]
                                }
                            },
                        }
                    },
                    "healthcheck": {
                        "additionalProperties": False,
                        "required": ["test"],
                        "properties": {"test": STRINGS, "interval": {}, "timeout": {}, "retries": {"type": "integer"}},
                    },
                },
            }
        },
    },
}


def test_the_file_has_the_form_that_compose_reads():
    errors = jsonschema_rs.validator_for(SCHEMA).iter_errors(json.loads(json.dumps(yaml.safe_load(TEXT))))
    assert [error.message for error in errors] == []


def test_a_service_waits_only_for_services_that_exist_and_can_reach_the_awaited_state():
    for service in SERVICES.values():
        for name, wait in service.get("depends_on", {}).items():
            awaited = SERVICES[name]
            assert wait["condition"] != "service_healthy" or "healthcheck" in awaited
            assert wait["condition"] != "service_completed_successfully" or awaited["restart"] == "no"


def test_every_named_volume_is_declared():
    used = {volume.partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", ())}
    assert {name for name in used if name[0] not in "./"} == yaml.safe_load(TEXT)["volumes"].keys()


def test_every_mounted_or_copied_file_exists():
    mounted = [volume.partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", ())]
    copied = re.search(r"^COPY (requirements.*) \./$", DOCKERFILE, re.MULTILINE)[1].split()
    for name in [
        *(each for each in mounted if each.startswith("./")),
        *copied,
        SERVICES["deployer"]["build"]["dockerfile"],
    ]:
        assert (ROOT / name).is_file(), name


def test_the_functions_run_on_the_python_that_packaged_them():
    python = re.search(r"^FROM python:(\d+\.\d+)-slim$", DOCKERFILE, re.MULTILINE)[1]
    assert SERVICES["functions-image"]["image"] == f"public.ecr.aws/lambda/python:{python}"


def test_the_documents_name_the_images_that_the_files_name():
    images = {service["image"] for service in SERVICES.values() if "image" in service}
    images |= set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE))
    known = {image.partition(":")[0]: image for image in images}
    named = re.findall(rf"(?<![\w/.])({'|'.join(map(re.escape, known))}):(\d[\w.-]*)", "\n".join(DOCUMENTS))

    assert {f"{name}:{tag}" for name, tag in named} == images


@pytest.mark.parametrize(
    ("variable", "least"),
    [("CFN_PER_RESOURCE_TIMEOUT", 1800), ("LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT", 120)],
)
def test_a_slow_line_and_a_slow_machine_have_time(variable, least):
    assert int(SERVICES["localstack"]["environment"][variable]) >= least


def test_the_image_of_the_functions_is_loaded_before_localstack_starts():
    assert SERVICES["localstack"]["depends_on"]["functions-image"]["condition"] == "service_completed_successfully"


def test_the_documented_way_to_remove_left_functions_names_them_as_localstack_does():
    name = yaml.safe_load(TEXT)["name"]
    assert f"--filter name={name}-localstack-1-lambda | xargs -r docker rm -f" in DOCUMENTS[0]


def test_a_functions_container_knows_the_name_by_which_webhooks_reach_this_machine():
    flags = SERVICES["localstack"]["environment"]["LAMBDA_DOCKER_FLAGS"]
    assert flags == f"--add-host {resolving.MACHINE}:host-gateway"
