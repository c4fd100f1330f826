"""What `make up` makes of its environment, and what it says when that makes no sense."""

import sys

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


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("TEST_API_SECRET=mysecret # note", "mysecret"),
        ("TEST_API_SECRET=my#secret", "my#secret"),
        ('TEST_API_SECRET="my # secret" # note', "my # secret"),
        ("TEST_API_SECRET='my $HOME \\n secret'", "my $HOME \\n secret"),
        ('TEST_API_SECRET="two\\nlines"', "two\nlines"),
        ('TEST_API_SECRET="two\nlines"', "two\nlines"),
        ("OTHER=my\nTEST_API_SECRET=${OTHER}secret", "mysecret"),
        ("  export TEST_API_SECRET = mysecret  ", "mysecret"),
        ("TEST_API_SECRET=it's", "it's"),
        ("TEST_API_SECRET=", ""),
        ("TEST_API_SECRET", ""),
        ("\ufeffTEST_API_SECRET=x", "x"),
    ],
)
def test_the_file_is_read_by_the_rules_of_dotenv(tmp_path, monkeypatch, line, value):
    monkeypatch.delenv("TEST_API_SECRET", raising=False)
    file = tmp_path / ".env"
    file.write_text(f"{line}\nNEXT=1\n", encoding="utf-8")

    read = environment(file)

    assert (read["TEST_API_SECRET"], read["NEXT"]) == (value, "1")


def test_a_file_that_cannot_be_read_yet_says_what_to_do(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("PORT=1")
    monkeypatch.setitem(sys.modules, "dotenv", None)
    with pytest.raises(UsageError, match="make setup"):
        environment(tmp_path / ".env")


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
