import boto3
import pytest

from infra.deployment import aws
from infra.deployment.aws import read_target
from infra.usage import UsageError


@pytest.fixture(autouse=True)
def nothing_leaks(monkeypatch):
    """read_target sets the process's environment: here it sets a copy. boto3's session keeps what it read there."""
    environ = {}
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.setattr(aws.os, "environ", environ)
    monkeypatch.setattr(aws, "environment", lambda: dict(environ))
    return environ


def test_a_stage_nobody_knows_is_refused():
    with pytest.raises(UsageError, match="STAGE must be one of local, localstack, dev, prod"):
        read_target("production")


def test_an_emulators_stage_without_an_emulator_is_refused_so_that_no_account_gets_it_by_mistake():
    with pytest.raises(UsageError, match="AWS_ENDPOINT_URL"):
        read_target("localstack")


def test_an_emulator_needs_no_credentials(nothing_leaks):
    nothing_leaks |= {"AWS_ENDPOINT_URL": "http://localhost:4566", "AWS_PROFILE": "gone"}

    target = read_target("localstack")

    assert target.is_emulated
    assert target.stack_name == nothing_leaks["STACK_NAME"] == "gateway-localstack"
    assert nothing_leaks["AWS_ACCESS_KEY_ID"] == "test"
    assert "AWS_PROFILE" not in nothing_leaks


def test_production_is_refused_with_what_is_for_tests(nothing_leaks):
    nothing_leaks["TEST_MODE"] = "true"

    with pytest.raises(UsageError, match="stage prod refuses to run: TEST_MODE is for tests"):
        read_target("prod")


def test_a_dotenv_file_is_not_read_for_an_account(nothing_leaks, monkeypatch):
    monkeypatch.setattr(aws, "environment", lambda: {"AWS_ENDPOINT_URL": "http://localhost:4566"})
    nothing_leaks |= {"ACQUIRER": "simulated", "ALLOW_SIMULATED_ACQUIRER": "true"}

    assert not read_target("prod").is_emulated


def test_an_account_is_used_in_the_profiles_region_unless_a_variable_names_another(nothing_leaks, tmp_path):
    file = tmp_path / "config"
    file.write_text("[profile work]\nregion = eu-west-1\n")
    nothing_leaks |= {"AWS_CONFIG_FILE": str(file), "AWS_PROFILE": "work"}

    assert read_target("dev").region == "eu-west-1"
    nothing_leaks["AWS_REGION"] = "ap-south-1"
    assert read_target("dev").region == "ap-south-1"


def test_a_test_stages_clients_go_to_its_emulator_with_its_credentials(nothing_leaks):
    nothing_leaks |= {"AWS_ENDPOINT_URL": "http://localhost:14566", "AWS_ACCESS_KEY_ID": "000000000001"}
    nothing_leaks["AWS_REGION"] = "eu-west-1"

    client = read_target("localstack").client("cloudformation")

    assert client.meta.endpoint_url == "http://localhost:14566"
    assert client.meta.region_name == "eu-west-1"
    assert client._request_signer._credentials.access_key == "000000000001"
