import fcntl
from dataclasses import replace

import pytest

from chalicelib import event_sources
from chalicelib.config import settings
from chalicelib.services.operations import worker_status

ENABLED = ["Enabled"] * 5


@pytest.mark.parametrize(
    ("states", "runs"),
    [(ENABLED, True), ([*ENABLED[1:], "Disabled"], False), (ENABLED[1:], False), ([], False)],
)
def test_workers_run_on_lambda_if_every_queue_is_polled(states, runs, monkeypatch):
    monkeypatch.setattr(event_sources, "states", lambda: states)
    assert worker_status._worker_runs() is runs


@pytest.mark.parametrize("held", [True, False])
def test_the_local_worker_runs_as_long_as_it_holds_its_lock(held, tmp_path, monkeypatch):
    path = tmp_path / "worker.lock"
    here = replace(settings(), worker_lock=str(path))
    monkeypatch.setattr(worker_status, "settings", lambda: here)
    with path.open("w") as file:
        if held:
            fcntl.flock(file, fcntl.LOCK_EX)
        assert worker_status._worker_runs() is held


def test_a_local_worker_that_never_ran_does_not_run(tmp_path, monkeypatch):
    here = replace(settings(), worker_lock=str(tmp_path / "none"))
    monkeypatch.setattr(worker_status, "settings", lambda: here)
    assert worker_status._worker_runs() is False
