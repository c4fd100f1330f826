"""What the import of the application must leave alone."""

import importlib
import io
import sys

from chalicelib.telemetry import logger


def test_the_application_leaves_the_log_as_it_is_set_up(monkeypatch):
    log = logger._logger
    before = log.level, list(log.handlers)
    monkeypatch.setattr(sys, "stdout", io.StringIO())  # Chalice adds its handler where ours does not write to stdout
    monkeypatch.delitem(sys.modules, "app", raising=False)
    importlib.import_module("app")
    assert (log.level, list(log.handlers)) == before
