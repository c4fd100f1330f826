"""What a running `make up` does when a file changes or a child ends."""

import time
from types import SimpleNamespace

import pytest

from infra.local import children, supervisor
from infra.local.children import Child
from infra.local.supervisor import CODE, FRONTEND, TEMPLATE, Supervisor


class FakeChild:
    def __init__(self, name, done):
        self.name, self.done = name, done
        self.running = self.may = True

    def ask_to_end(self):
        self.done.append(f"end {self.name}")

    def wait(self, _seconds):
        self.done.append(f"wait for {self.name}")

    def start(self):
        self.done.append(f"start {self.name}")

    def is_running(self):
        return self.running

    def may_start_again(self):
        return self.may


@pytest.fixture
def run(monkeypatch):
    """A supervisor whose children only note what is done to them."""
    run, done = Supervisor.__new__(Supervisor), []
    for name in ("emulator", "api", "worker", "pages"):
        setattr(run, name, FakeChild(name, done))
    run.endpoint, run.settings = "http://here", SimpleNamespace(stack_name="gateway-local")
    run.log = SimpleNamespace(say=done.append)
    run._write_run_file = lambda: done.append("run file")
    run.publish = lambda: done.append("publish")
    run.done = done
    monkeypatch.setattr(supervisor.stack, "create_or_update", lambda *_: done.append("stack"))
    return run


AGAIN = ["end api", "end worker", "wait for api", "start api", "wait for worker", "start worker", "run file"]


def test_changed_code_starts_the_api_and_the_workers_again(run):
    run._on_change(CODE, "app.py changed")
    assert run.done == ["app.py changed: starting the API and the workers again.", *AGAIN]


def test_a_changed_template_updates_the_stack_first(run):
    run._on_change(TEMPLATE, "data.yaml changed")
    assert run.done[1:] == ["stack", *AGAIN]


def test_a_half_written_template_leaves_everything_running(run, monkeypatch):
    def half_written(*_):
        raise ValueError("mapping values are not allowed here")

    monkeypatch.setattr(supervisor.stack, "create_or_update", half_written)
    run._on_change(TEMPLATE, "data.yaml changed")
    assert run.done[1:] == ["Not taken over: mapping values are not allowed here"]


def test_changed_pages_are_published_and_nothing_is_started_again(run):
    run._on_change(FRONTEND, "index.html changed")
    assert run.done[1:] == ["publish"]


@pytest.mark.parametrize(("may", "done"), [(True, ["start worker", "run file"]), (False, [])])
def test_a_child_that_ended_is_started_again_if_it_had_lived(run, may, done):
    run.worker.running, run.worker.may = False, may
    run._revive()
    assert run.done[-2:] == done


def test_a_run_whose_data_is_lost_ends(run):
    run.emulator.running = False
    with pytest.raises(supervisor.UsageError, match="embedded AWS ended"):
        run._revive()


@pytest.mark.parametrize(("lived", "may"), [(0, False), (children.WORTH_ANOTHER_START + 1, True)])
def test_a_child_that_ends_as_soon_as_it_starts_waits(lived, may):
    child = Child("worker", "infra.local.worker", {}, log=None, run_lock=None)
    child.started = time.monotonic() - lived
    assert child.may_start_again() is may
