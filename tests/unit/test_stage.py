"""Every process prepares itself for its stage, and only a test stage's clock can be moved."""

import ast
import sys
import time

import pytest

from chalicelib import stage
from chalicelib.config import STAGES, TEST_STAGES, settings
from chalicelib.domain import clock
from infra.deployment import template
from infra.environment import ROOT

HANDLERS = {
    item["Properties"]["Handler"].rpartition(".")[0].replace(".", "/") + ".py"
    for item in template.load()["Resources"].values()
    if item["Type"] == "AWS::Serverless::Function" and "Handler" in item["Properties"]
}


@pytest.fixture
def fresh(monkeypatch):
    """A process that has not prepared itself, at a stage."""
    monkeypatch.setattr(clock, "source", time.time)
    for name in [name for name in sys.modules if name.startswith("chalicelib.sandbox")]:
        monkeypatch.delitem(sys.modules, name)

    def at(name):
        monkeypatch.setenv("STAGE", name)
        for public in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "TEST_MODE"):
            monkeypatch.delenv(public, raising=False)
        monkeypatch.setenv("WEBHOOK_RETRY_INTERVALS_TEST", "false")
        monkeypatch.setenv("ACQUIRER", "simulated")
        monkeypatch.setenv("ALLOW_SIMULATED_ACQUIRER", "true")
        settings.cache_clear()

    yield at
    settings.cache_clear()


@pytest.mark.parametrize("name", STAGES)
def test_only_a_test_stage_loads_the_movable_clock(fresh, monkeypatch, name):
    fresh(name)
    stage.prepare()
    assert ("chalicelib.sandbox" in sys.modules) == (name in TEST_STAGES)
    assert (clock.source is time.time) == (name not in TEST_STAGES)


@pytest.mark.parametrize("name", STAGES)
def test_only_a_test_stage_has_the_sandboxs_routes(fresh, name):
    fresh(name)
    paths = {route.path for routes in stage.routes() for route in routes.table}
    assert ("/api/v1/sandbox/clock" in paths) == bool(paths) == (name in TEST_STAGES)


def test_every_route_of_the_sandbox_is_refused_outside_test_stages(fresh):
    fresh(min(TEST_STAGES))
    assert all(route.test_only for routes in stage.routes() for route in routes.table)


@pytest.mark.parametrize("file", ["app.py", *sorted(HANDLERS)])
def test_every_entry_point_prepares_its_process_before_its_first_work(file):
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    calls = [ast.unparse(node.value) for node in tree.body if isinstance(node, ast.Expr)]
    assert "stage.prepare()" in calls


def test_the_worlds_time_is_not_moved(monkeypatch):
    monkeypatch.setattr(clock, "source", lambda: 0.0)
    assert clock.now() == 0
    assert clock.wall() == pytest.approx(time.time(), abs=5)
