"""The alarms on our own metrics watch what the application writes, by its name and its dimensions."""

import ast
import json
from itertools import chain

import pytest

from chalicelib.telemetry import NAMESPACE, count
from infra.deployment import template
from infra.environment import ROOT

OURS = {
    name: item["Properties"]
    for name, item in template.load()["Resources"].items()
    if item["Type"] == "AWS::CloudWatch::Alarm" and item["Properties"]["Namespace"] == NAMESPACE
}


def counted():
    """(metric, names of its dimensions) of every count(...) in the application."""
    for file in chain(*((ROOT / folder).rglob("*.py") for folder in ("chalicelib", "functions"))):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "count":
                yield node.args[0].value, {keyword.arg for keyword in node.keywords}


def test_there_are_alarms_on_metrics_of_our_own():
    assert len(OURS) >= 2


@pytest.mark.parametrize("alarm", OURS.values(), ids=OURS)
def test_an_alarm_watches_a_metric_that_is_written(alarm, capsys):
    watched = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
    own = {name: value for name, value in watched.items() if name != "service"}
    assert (alarm["MetricName"], own.keys()) in list(counted())

    count(alarm["MetricName"], **own)
    written = json.loads(capsys.readouterr().out)
    (metrics,) = written["_aws"]["CloudWatchMetrics"]
    assert metrics["Namespace"] == alarm["Namespace"]
    assert [each["Name"] for each in metrics["Metrics"]] == [alarm["MetricName"]]
    assert [set(each) for each in metrics["Dimensions"]] == [watched.keys()]
    assert {name: written[name] for name in watched} == watched
