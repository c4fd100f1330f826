import json
import re
import sys
import zipfile
from dataclasses import fields

import pytest
import yaml

from chalicelib.config import STAGES, TEST_STAGES, Settings
from infra.deployment import emulated_api, package, refusals, template
from infra.deployment.vendor import Machine

HANDLER = "arn:aws:lambda:eu-west-1:123456789012:function:gateway-api"


def routes():
    integration = {
        "uri": {"Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/${APIHandler.Arn}/invocations"}
    }
    return {"paths": {"/orders": {"get": {"x-amazon-apigateway-integration": integration}, "post": {}}}}


@pytest.fixture(scope="module")
def built():
    whole = package.resources(Machine("x86_64"))
    return {
        name: item for name, item in whole["Resources"].items() if item["Type"] == "AWS::Serverless::Function"
    }, whole


def test_every_setting_is_a_parameter_and_a_variable_of_the_functions(built):
    common = built[1]["Globals"]["Function"]["Environment"]["Variables"]
    of_the_api = built[0]["APIHandler"]["Properties"]["Environment"]["Variables"]

    assert {name.upper() for name in package.settable()} <= common.keys() | of_the_api.keys()
    assert {field.name for field in fields(Settings)} == {*package.settable()} | package.NOT_PARAMETERS
    assert common["TEST_PROCESSING_DELAY"] == {"Ref": "TestProcessingDelay"}


def test_every_setting_is_in_the_example_and_reaches_the_containers():
    example = set(re.findall(r"^(?:# )?([A-Z_]+)=", (package.ROOT / ".env.example").read_text(), re.MULTILINE))
    compose = yaml.safe_load((package.ROOT / "docker-compose.yml").read_text())

    named = {name.upper() for name in (*package.settable(), *package.SEEDS)}
    assert named <= example
    assert named <= compose["services"]["deployer"]["environment"].keys()


def test_the_api_is_told_where_the_secrets_lie_and_the_workers_not_even_that(built):
    common = built[1]["Globals"]["Function"]["Environment"]["Variables"]
    of_the_api = built[0]["APIHandler"]["Properties"]["Environment"]["Variables"]

    for name in package.SECRETS:
        secret = package.parameter(name)
        assert of_the_api[name.upper()] == {"Ref": secret}
        assert built[1]["Resources"][secret]["Type"] == "AWS::SecretsManager::Secret"
    assert not {name.upper() for name in package.SECRETS} & common.keys()


def test_no_secret_has_a_value_in_the_template_or_is_a_parameter(built):
    secrets = [item for item in built[1]["Resources"].values() if item["Type"] == "AWS::SecretsManager::Secret"]

    assert len(secrets) == len(package.SECRETS)
    assert not any({"SecretString", "GenerateSecretString"} & item["Properties"].keys() for item in secrets)
    assert not {package.parameter(name) for name in package.SECRETS | package.SEEDS} & built[1]["Parameters"].keys()
    assert not any(declared.get("NoEcho") for declared in built[1]["Parameters"].values())


def test_a_banks_secret_reaches_the_workers_that_ask_it(monkeypatch):
    monkeypatch.setattr(package, "WORKERS_SECRETS", frozenset({"admin_token"}))
    whole = package.resources(Machine("x86_64"))

    assert whole["Globals"]["Function"]["Environment"]["Variables"]["ADMIN_TOKEN"] == {"Ref": "AdminToken"}


def test_a_parameter_that_the_template_describes_keeps_its_description(built):
    assert "CloudFront" in built[1]["Parameters"]["CheckoutOrigin"]["Description"]


def test_every_function_is_of_the_one_artifact_and_of_one_python(built):
    for item in built[0].values():
        assert item["Properties"]["CodeUri"] == {"Bucket": {"Ref": "ArtifactBucket"}, "Key": {"Ref": "ArtifactKey"}}
        assert item["Properties"]["Runtime"] == "python3.12"
        assert item["Properties"]["Role"]["Fn::GetAtt"][1] == "Arn"


def artifact(folder, contents, year=2000):
    """What Chalice would write, finished."""
    folder.mkdir()
    with zipfile.ZipFile(folder / "in.zip", "w") as archive:
        for name, text in contents.items():
            archive.writestr(zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0)), text)
    return package._finish(folder / "in.zip", folder / "out.zip", Machine("x86_64", sys.version_info[:2]))


def test_equal_content_is_an_equal_artifact_whenever_and_in_which_order_it_was_written(tmp_path):
    one = artifact(tmp_path / "1", {"a.py": "A = 1", "b.txt": "b"}, 2000)
    other = artifact(tmp_path / "2", {"b.txt": "b", "a.py": "A = 1"}, 2001)

    assert one == other
    assert (tmp_path / "1/out.zip").read_bytes() == (tmp_path / "2/out.zip").read_bytes()


def test_another_content_is_another_artifact(tmp_path):
    assert artifact(tmp_path / "1", {"a.py": "A = 1"}) != artifact(tmp_path / "2", {"a.py": "A = 2"})


def test_the_artifact_holds_bytecode_that_is_valid_whatever_the_time_of_its_source(tmp_path):
    artifact(tmp_path / "1", {"a.py": "A = 1"})

    with zipfile.ZipFile(tmp_path / "1/out.zip") as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".pyc")]
        assert archive.read(name)[4] == 0b01  # PEP 552: by hash, and not checked


def collected(stage, tmp_path):
    """The files of the application that the stage's artifact is made of."""
    package._collect(tmp_path / "app", package.ROOT / "functions", package.left_out(stage))
    return {file.relative_to(tmp_path / "app").as_posix() for file in (tmp_path / "app").rglob("*.py")}


@pytest.mark.parametrize("stage", STAGES)
def test_only_a_test_stages_artifact_has_a_clock_that_can_be_moved(stage, tmp_path):
    files = collected(stage, tmp_path)

    assert "chalicelib/stage.py" in files
    assert any("sandbox" in name for name in files) == (stage in TEST_STAGES)


def test_an_unknown_stage_is_refused_by_name():
    with pytest.raises(package.PackagingFailed, match="'production'"):
        package.build("production")


def test_every_dead_letter_queue_has_an_alarm():
    resources = template.load()["Resources"]
    watched = {
        dimension["Value"]["Fn::GetAtt"][0]
        for item in resources.values()
        if item["Type"] == "AWS::CloudWatch::Alarm"
        for dimension in item["Properties"].get("Dimensions", ())
        if isinstance(dimension["Value"], dict) and "Fn::GetAtt" in dimension["Value"]
    }

    assert {name for name in resources if name.endswith("DeadLetters")} <= watched


def test_a_path_answers_405_to_methods_that_it_does_not_have_and_names_those_that_it_has():
    document = routes()

    refusals.add(document)

    answer = document["paths"]["/orders"][refusals.ANY]["x-amazon-apigateway-integration"]["responses"]["default"]
    assert answer["statusCode"] == "405"
    assert answer["responseParameters"]["method.response.header.Allow"] == "'GET, POST'"
    assert (
        json.loads(answer["responseTemplates"]["application/json"].partition("requestId)")[2])["error"]["code"]
        == "BAD_REQUEST_ERROR"
    )


@pytest.mark.parametrize("path", refusals.OTHER_PATHS)
def test_every_other_path_answers_404(path):
    document = routes()

    refusals.add(document)

    responses = document["paths"][path][refusals.ANY]["x-amazon-apigateway-integration"]["responses"]
    assert responses["default"]["statusCode"] == "404"


class Gateway:
    """API Gateway's memory of one API."""

    def __init__(self):
        self.body = self.description = None

    def put_rest_api(self, body, **_):
        self.body = json.loads(body)

    def create_deployment(self, description, **_):
        self.description = description

    def get_stage(self, **_):
        return {"deploymentId": "d"}

    def get_deployment(self, **_):
        return {"description": self.description or ""}


def test_an_emulators_routes_lead_to_the_deployed_function_and_are_put_once():
    gateway, text = Gateway(), json.dumps(routes()).encode()

    assert emulated_api.put(gateway, "api", text, HANDLER)
    assert not emulated_api.put(gateway, "api", text, HANDLER)

    uri = gateway.body["paths"]["/orders"]["get"]["x-amazon-apigateway-integration"]["uri"]
    assert uri == f"arn:aws:apigateway:eu-west-1:lambda:path/{HANDLER}/invocations"
