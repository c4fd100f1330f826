"""The table of endings in docs/sandbox.md names tests that exist and commands that the command line knows."""

import re

import pytest

from chalicelib.domain.webhooks import Event
from infra import cli
from infra.environment import ROOT

PAGE = (ROOT / "docs" / "sandbox.md").read_text(encoding="utf-8")
ENDINGS = PAGE[PAGE.index("## Endings") : PAGE.index("## Events on demand")]
TESTS = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("test_*.py"))


@pytest.mark.parametrize("name", re.findall(r"`(test_\w+)`", ENDINGS))
def test_each_ending_has_its_test(name):
    assert f"def {name}(" in TESTS


def test_each_command_is_a_verb_and_each_triggered_event_exists():
    commands = re.findall(r"gateway (\w+)(?: ([a-z.]+))?", ENDINGS)
    assert {verb for verb, _ in commands} <= set(cli.VERBS)
    assert {event for verb, event in commands if verb == "trigger"} <= set(Event)
    assert len(commands) >= 10
