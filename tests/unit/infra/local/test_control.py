"""`make down` and `make reset`, with no gateway at all."""

import json
import signal
import subprocess
import sys

import pytest

from infra.environment import ROOT
from infra.local import __main__ as local
from infra.local import control, runs
from infra.local.locks import is_locked, try_lock
from infra.local.log import Log
from infra.local.settings import read_settings
from infra.local.supervisor import FRONTEND, Supervisor
from infra.usage import UsageError


@pytest.fixture
def settings(tmp_path):
    settings = read_settings({"LOCAL_FOLDER": str(tmp_path)})
    settings.state_folder.mkdir()
    (settings.state_folder / "saved.json").write_text("{}")
    (settings.folder / "gateway.log").write_text("a line")
    return settings


def test_reset_empties_state_and_logs_and_leaves_the_locks(settings):
    control.reset(settings)

    assert not settings.state_folder.exists()
    assert not list(settings.folder.glob("*.log"))
    assert settings.run_lock.exists()
    assert not is_locked(settings.run_lock)


@pytest.mark.parametrize("which", ["supervisor_lock", "run_lock"])
def test_reset_beside_a_running_gateway_touches_nothing(settings, which):
    with try_lock(getattr(settings, which)), pytest.raises(UsageError, match="is running"):
        control.reset(settings)
    assert (settings.state_folder / "saved.json").exists()


def test_down_without_a_gateway_says_so(settings):
    assert control.down(settings) == "Nothing is running."


def test_down_during_a_start_asks_to_try_again(settings):
    with try_lock(settings.supervisor_lock), pytest.raises(UsageError, match="try again"):
        control.down(settings)


def test_down_after_the_gateway_has_just_ended_says_so_and_is_no_error(settings):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    settings.run_file.write_text(json.dumps({"pid": ended.pid}))
    with try_lock(settings.supervisor_lock):
        assert control.down(settings) == "The gateway had just ended."


def test_a_killed_runs_file_is_gone_before_the_next_run_waits_for_its_children(settings, monkeypatch):
    monkeypatch.setattr(local, "HANDOVER_SECONDS", 0.01)
    settings.run_file.write_text('{"pid": 1}')
    with try_lock(settings.run_lock), pytest.raises(UsageError), local.only_run(settings):
        pass

    assert not settings.run_file.exists()


def test_nohup_stays_in_force_and_the_other_signals_end_the_run():
    kept = {number: signal.signal(number, signal.SIG_IGN) for number in local.SIGNALS}
    try:
        local.listen_to_signals()
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
        assert signal.getsignal(signal.SIGTERM) == signal.getsignal(signal.SIGINT) == local.end
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


def test_what_cannot_be_taken_over_yet_does_not_end_the_run(settings, monkeypatch):
    supervisor = Supervisor.__new__(Supervisor)
    supervisor.log = Log(settings.folder / "gateway.log")
    monkeypatch.setattr(Supervisor, "publish", lambda _: b"half-written \xe2".decode())

    supervisor._on_change(FRONTEND, "index.html changed")

    assert "Not taken over: 'utf-8' codec can't decode" in (settings.folder / "gateway.log").read_text()


@pytest.mark.parametrize("target", ["down", "reset"])
def test_down_and_reset_never_install_anything_anew_under_a_running_gateway(target):
    planned = subprocess.run(
        ["make", "-n", "-W", "requirements.txt", target], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout

    assert "infra.local.control" in planned
    assert "venv --clear" not in planned


def test_what_a_killed_run_left_behind_is_no_run(settings):
    settings.run_file.write_text('{"pid": 1}')
    assert runs.current(settings) is None
    with try_lock(settings.supervisor_lock):
        assert runs.current(settings) == {"pid": 1}


def test_a_lock_is_held_once(tmp_path):
    file = tmp_path / "folder" / "a.lock"
    with try_lock(file):
        assert try_lock(file) is None
    assert not is_locked(file)
