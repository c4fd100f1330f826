"""`gateway doctor`: what it finds, and how it says to mend it."""

import json
import socket

import pytest

from infra import cli
from infra.cli import checks
from infra.local.locks import try_lock
from infra.local.ports import any_free_port
from infra.local.settings import read_settings


@pytest.fixture
def environ(tmp_path):
    ports = {name: str(any_free_port()) for name in ("PORT", "DASHBOARD_PORT", "CHECKOUT_PORT")}
    return {"LOCAL_FOLDER": str(tmp_path / "data"), **ports}


def broken(environ):
    return {check.name: check for check in checks.checks(environ) if not check.passed}


def test_nothing_is_wrong_with_this_machine(environ):
    assert broken(environ) == {}


def test_a_taken_port_is_named_with_a_free_one(environ):
    with socket.create_server(("127.0.0.1", int(environ["PORT"]))):
        (check,) = broken(environ).values()
    assert check.name == f"port {environ['PORT']}"
    assert "PORT=" in check.mend


def test_a_setting_that_makes_no_sense_is_named(environ):
    assert "UPI_SUCCESS_RATE must be a number" in broken(environ | {"UPI_SUCCESS_RATE": "90%"})["settings"].found
    assert "PORT must be a port number" in broken(environ | {"PORT": "x"})["settings"].found


def test_another_version_of_a_package_and_a_missing_package_are_named(environ, monkeypatch):
    wanted = [
        checks.Requirement(text) for text in ("pytest==0.1", "no-such-package==1", "pytest>1; python_version<'3'")
    ]
    monkeypatch.setattr(checks, "needed", lambda: wanted)
    found = broken(environ)["packages"].found
    assert "not ==0.1" in found
    assert found.endswith("no-such-package is missing")


def test_a_gateway_that_starts_is_not_taken_for_one_that_runs(environ):
    with try_lock(read_settings(environ).run_lock):
        assert broken(environ)["gateway"].found == "starting, or ending"


def test_a_gateway_that_does_not_answer_is_wrong(environ):
    settings = read_settings(environ)
    with try_lock(settings.supervisor_lock):
        settings.run_file.write_text(json.dumps({"api": settings.api_origin}))
        assert set(broken(environ)) == {"API", "workers"}


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ({"worker_status": "stopped", "failed": 0}, "stopped"),
        ({"worker_status": "running", "failed": 2}, "2 dead letters"),
    ],
)
def test_stopped_workers_and_dead_letters_are_wrong(environ, api, status, said):
    settings = read_settings(environ)
    api.routes["GET", "/test/jobs/status"] = lambda _: (200, status)
    api.routes["GET", "/health"] = lambda _: (200, {"status": "healthy"})
    with try_lock(settings.supervisor_lock):
        settings.run_file.write_text(json.dumps({"api": api.url}))
        (check,) = broken(environ).values()
    assert (check.name, check.found) == ("workers", said)


def test_the_exit_status_says_whether_something_is_wrong(environ, monkeypatch, capsys):
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    for expected in (0, 1):
        with pytest.raises(SystemExit) as end:
            cli.main(["--json", "doctor"])
        assert end.value.code == expected
        found = json.loads(capsys.readouterr().out)
        assert all(each["passed"] for each in found) == (expected == 0)
        monkeypatch.setenv("TEST_MODE", "perhaps")
