"""`make down` and `make reset`, with no gateway at all."""

import pytest

from infra.local import control, runs
from infra.local.locks import is_locked, try_lock
from infra.local.settings import UsageError, read_settings


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
