"""docs/operations.md as the on-call engineer's runbook: a row for each alarm, and commands that exist."""

import re

import pytest

from infra.cli import VERBS
from infra.deployment import template
from infra.environment import ROOT

TEXT = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([a-z-]+)` \| (.+) \| (.+) \|$", re.MULTILINE)
SECTION = TEXT[TEXT.index("## Alarms") : TEXT.index("## Dead letters")]
ROWS = {name: (meaning, action) for name, meaning, action in ROW.findall(SECTION)}
ALARMS = {
    item["Properties"]["AlarmName"]["Fn::Sub"].removeprefix("${AWS::StackName}-")
    for item in template.load()["Resources"].values()
    if item["Type"] == "AWS::CloudWatch::Alarm"
}
FUNCTIONS = {
    template.physical_name(item["Properties"]["FunctionName"], "s").removeprefix("s-")
    for item in template.load()["Resources"].values()
    if item["Type"] == "AWS::Serverless::Function"
}


def test_every_alarm_has_a_row_and_every_row_an_alarm():
    assert ROWS.keys() == ALARMS


@pytest.mark.parametrize("name", sorted(ROWS))
def test_a_row_has_a_meaning_and_begins_with_a_command(name):
    meaning, action = ROWS[name]
    assert meaning.strip()
    assert re.search(r"`(errors|gateway|make|aws) [^`]+`", action)


def test_every_command_of_the_gateway_exists():
    used = set(re.findall(r"(?:`|^)gateway ([a-z]+)", TEXT, re.MULTILINE))
    assert {"redrive", "requeue", "drill", "erase", "audit"} <= used <= VERBS.keys()


def test_every_make_target_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    used = set(re.findall(r"(?:`|^|… )make ([a-z-]+)", TEXT, re.MULTILINE))
    assert {"deploy", "restore-drill"} <= used <= targets


def test_the_logs_that_the_runbook_reads_are_of_functions_that_exist():
    assert set(re.findall(r"errors ([a-z-]+)", SECTION)) == FUNCTIONS
