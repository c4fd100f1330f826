"""What `make up` makes of its environment, and what it says when that makes no sense."""

import pytest

from infra.local.settings import application_environment, read_settings
from infra.usage import UsageError


def test_the_defaults_are_the_contracts_ports():
    settings = read_settings({})
    assert (settings.api_origin, settings.dashboard_origin, settings.checkout_origin) == (
        "http://localhost:8000",
        "http://localhost:3000",
        "http://localhost:3001",
    )
    assert settings.stack_name == "gateway-local"


@pytest.mark.parametrize("value", ["eighty", "-1", "65536", "80.5", " "])
@pytest.mark.parametrize("name", ["PORT", "DASHBOARD_PORT", "CHECKOUT_PORT", "EMULATOR_PORT"])
def test_a_port_that_is_none_is_named_with_its_setting(name, value):
    with pytest.raises(UsageError, match=f"^{name} must be a port number"):
        read_settings({name: value})


def test_an_empty_variable_means_the_default():
    assert read_settings({"PORT": "", "STACK_NAME": "", "LOCAL_FOLDER": ""}) == read_settings({})


def test_our_pages_may_call_the_api_under_every_name_of_this_machine_and_those_that_are_named():
    settings = read_settings({"CHECKOUT_PORT": "3002", "CORS_ORIGINS": "https://a.example, http://localhost:5173"})
    assert settings.page_origins == {
        *(f"http://{host}:{port}" for host in ("localhost", "127.0.0.1", "[::1]") for port in (3000, 3002)),
        "https://a.example",
        "http://localhost:5173",
    }


def test_a_checkout_at_another_place_may_call_the_api_from_there():
    settings = read_settings({"CHECKOUT_ORIGIN": "https://pay.example/", "CORS_ORIGINS": "https://a.example"})
    assert {"https://pay.example", "https://a.example", "http://localhost:3001"} <= settings.page_origins


def test_the_application_never_sees_a_real_account():
    base = {"AWS_PROFILE": "work", "AWS_SESSION_TOKEN": "t", "AWS_ACCESS_KEY_ID": "AKIA", "STAGE": "prod", "OTHER": "x"}
    base["AWS_ENDPOINT_URL_DYNAMODB"] = "http://elsewhere"

    seen = application_environment(base, read_settings({}), "http://127.0.0.1:4566")

    assert seen["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert (seen["AWS_ACCESS_KEY_ID"], seen["STAGE"], seen["OTHER"]) == ("test", "local", "x")
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_DYNAMODB"} & seen.keys()
