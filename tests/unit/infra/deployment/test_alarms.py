"""The alarms and dashboards on our own metrics watch what the application writes, by its name and its dimensions."""

import ast
import json
from functools import cache
from itertools import chain

import pytest

from chalicelib.domain.disputes import DisputeStatus, Phase
from chalicelib.domain.payments import State
from chalicelib.domain.refunds import RefundStatus
from chalicelib.domain.settlements import SettlementStatus
from chalicelib.domain.webhooks import DeliveryStatus
from chalicelib.methods import METHODS
from chalicelib.queues import QUEUES
from chalicelib.telemetry import NAMESPACE, count
from infra.deployment import template
from infra.environment import ROOT

RESOURCES = template.load()["Resources"]
ALARMS = {n: item["Properties"] for n, item in RESOURCES.items() if item["Type"] == "AWS::CloudWatch::Alarm"}
DASHBOARDS = {n: item["Properties"] for n, item in RESOURCES.items() if item["Type"] == "AWS::CloudWatch::Dashboard"}
# The values that a dimension can have.
VALUES = {
    "status": {*State, *RefundStatus, *SettlementStatus, *DisputeStatus},
    "method": set(METHODS),
    "phase": set(Phase),
    "outcome": set(DeliveryStatus),
    "instruction": {"capture", "void"},
    "queue": set(QUEUES),
}


def metrics_of(alarm):
    """The metrics that an alarm watches, itself or in its expression."""
    inner = [each["MetricStat"]["Metric"] for each in alarm.get("Metrics", ()) if "MetricStat" in each]
    return [*([alarm] if "MetricName" in alarm else []), *inner]


def drawn(dashboard):
    """(namespace, metric, its dimensions) of each line of a dashboard; lines in short form are drawn like their first."""
    body = json.loads(dashboard["DashboardBody"]["Fn::Sub"])
    for widget in body["widgets"]:
        for line in widget["properties"]["metrics"]:
            words = [word for word in line if isinstance(word, str)]
            if words[0] != "...":
                yield words[0], words[1], dict(zip(words[2::2], words[3::2], strict=True))


WATCHED = [
    (f"{name} {metric['MetricName']}", metric["MetricName"], {d["Name"]: d["Value"] for d in metric["Dimensions"]})
    for name, alarm in ALARMS.items()
    for metric in metrics_of(alarm)
    if metric["Namespace"] == NAMESPACE
] + [
    (f"{name} {metric}", metric, dimensions)
    for name, dashboard in DASHBOARDS.items()
    for namespace, metric, dimensions in drawn(dashboard)
    if namespace == NAMESPACE
]


@cache
def counted():
    """(metric, names of its dimensions) of every count(...) in the application."""
    return list(counts_in_the_code())


def counts_in_the_code():
    for file in chain(*((ROOT / folder).rglob("*.py") for folder in ("chalicelib", "functions"))):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "count":
                yield node.args[0].value, {keyword.arg for keyword in node.keywords}


def test_the_flow_of_money_is_watched():
    assert {metric for _, metric, _ in WATCHED} >= {
        "PaymentsSettled", "AcquirerUnknown", "KmsFailures", "DeadlinesLate", "InvariantsBroken", "SettlementsFinished"
    }  # fmt: skip


@pytest.mark.parametrize(("metric", "watched"), [each[1:] for each in WATCHED], ids=[each[0] for each in WATCHED])
def test_a_metric_of_an_alarm_or_a_dashboard_is_written(metric, watched, capsys):
    own = {name: value for name, value in watched.items() if name != "service"}
    assert (metric, own.keys()) in counted()
    assert {name: value for name, value in own.items() if value not in VALUES[name]} == {}

    count(metric, **own)
    written = json.loads(capsys.readouterr().out)
    (metrics,) = written["_aws"]["CloudWatchMetrics"]
    assert [each["Name"] for each in metrics["Metrics"]] == [metric]
    assert [set(each) for each in metrics["Dimensions"]] == [watched.keys()]
    assert {name: written[name] for name in watched} == watched


def of_function(metric):
    return {
        alarm["Dimensions"][0]["Value"]["Ref"]: alarm
        for alarm in ALARMS.values()
        if alarm.get("Namespace") == "AWS/Lambda" and alarm["MetricName"] == metric
    }


FUNCTIONS = {n for n, item in RESOURCES.items() if item["Type"] == "AWS::Serverless::Function"}


@pytest.mark.parametrize("metric", ["Errors", "Throttles", "Duration"])
def test_every_function_has_an_alarm_on_its_errors_throttles_and_time(metric):
    assert of_function(metric).keys() == FUNCTIONS


def test_the_alarm_on_time_rings_before_lambda_kills_the_function():
    for name, alarm in of_function("Duration").items():
        # API Gateway gives up at 29 s; Chalice's own template has the function's timeout.
        timeout = RESOURCES[name]["Properties"].get("Timeout", 29)
        assert alarm["Threshold"] == timeout * 900, name


def test_every_alarm_tells_someone_and_has_a_name_of_its_own():
    names = [alarm["AlarmName"]["Fn::Sub"] for alarm in ALARMS.values()]
    assert len(names) == len(set(names))
    for alarm in ALARMS.values():
        assert alarm["AlarmActions"]["Fn::If"][0] == "TellsSomeone"


@pytest.mark.parametrize("name", [n for n, alarm in ALARMS.items() if "Metrics" in alarm])
def test_an_expression_names_its_metrics_and_no_others_and_is_within_cloudwatchs_limit(name):
    metrics = ALARMS[name]["Metrics"]
    assert len(metrics) - 1 <= 10
    (expression,) = [each["Expression"] for each in metrics if "Expression" in each]
    for each in metrics:
        if "MetricStat" in each:
            assert f"FILL({each['Id']}, 0)" in expression
            assert each["ReturnData"] is False
    assert expression.count("FILL(") >= len(metrics) - 1
