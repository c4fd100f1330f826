"""What `make up` makes of its environment, and what it says when that makes no sense."""

import pytest

from infra.local.settings import UsageError, application_environment, environment, read_settings, stay_here


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


def test_the_command_line_wins_over_the_file(tmp_path, monkeypatch):
    file = tmp_path / ".env"
    file.write_text("# a comment\nPORT=1\nexport CHECKOUT_PORT='2'\n\nno assignment\nNAME=\"a = b\"\n")
    monkeypatch.setenv("PORT", "3")

    read = environment(file)

    assert (read["PORT"], read["CHECKOUT_PORT"], read["NAME"]) == ("3", "2", "a = b")
    assert "# a comment" not in read


def test_a_missing_file_is_no_error(tmp_path):
    assert "PATH" in environment(tmp_path / "none")


def test_neither_a_proxy_nor_a_profile_stands_between_us_and_this_machine():
    environ = {"HTTP_PROXY": "http://proxy", "NO_PROXY": "intra.example", "AWS_PROFILE": "gone"}

    stay_here(environ)

    assert environ["NO_PROXY"] == environ["no_proxy"] == "intra.example,127.0.0.1,localhost"
    assert "AWS_PROFILE" not in environ


def test_the_application_never_sees_a_real_account():
    base = {"AWS_PROFILE": "work", "AWS_SESSION_TOKEN": "t", "AWS_ACCESS_KEY_ID": "AKIA", "STAGE": "prod", "OTHER": "x"}

    seen = application_environment(base, read_settings({}), "http://127.0.0.1:4566")

    assert seen["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert (seen["AWS_ACCESS_KEY_ID"], seen["STAGE"], seen["OTHER"]) == ("test", "local", "x")
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN"} & seen.keys()
