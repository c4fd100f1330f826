"""Reads infra/resources/ for the tools that do not hand the files to CloudFormation unchanged."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from infra.environment import ROOT

# EventBridge's rate expressions.
RATE = re.compile(r"rate\((?P<number>[1-9][0-9]*) (?P<unit>minute|hour|day)s?\)")
UNITS = {"minute": 60, "hour": 3600, "day": 86400}
FOLDER = ROOT / "infra" / "resources"


@dataclass(frozen=True, slots=True)
class EventSource:
    """Describes one SQS event source mapping and the function it feeds. timeout and batching_window: seconds."""

    function: str
    handler: str
    queue: str
    timeout: int
    batch_size: int
    batching_window: int
    maximum_concurrency: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """Describes a function that the clock starts. every and timeout: seconds; event: the function's input."""

    function: str
    handler: str
    every: int
    timeout: int
    event: dict[str, Any]


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms: `!Ref x` becomes {"Ref": "x"}, `!Sub x` becomes {"Fn::Sub": "x"}."""


def _intrinsic(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        text = loader.construct_scalar(node)
        return {name: str(text).split(".", 1) if suffix == "GetAtt" else text}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(node, deep=True)}  # type: ignore[arg-type]  # the third kind of node


_Loader.add_multi_constructor("!", _intrinsic)


def load(folder: Path = FOLDER) -> dict[str, Any]:
    """Returns the files as one template in CloudFormation's long form. Raises ValueError for a name in two files."""
    whole: dict[str, Any] = {}
    for path in sorted(folder.glob("*.yaml")):
        with path.open(encoding="utf-8") as file:
            _join(whole, yaml.load(file, Loader=_Loader))  # noqa: S506  # a subclass of SafeLoader
    return whole


def _join(whole: dict[str, Any], part: dict[str, Any]) -> None:
    for section, content in part.items():
        if not isinstance(content, dict):
            whole[section] = content
            continue
        known = whole.setdefault(section, {})
        if twice := known.keys() & content.keys():
            raise ValueError(f"{section}: {', '.join(sorted(twice))} stands in two files")
        known |= content


def keep_types(template: dict[str, Any], types: frozenset[str]) -> dict[str, Any]:
    """Returns the template with the resources of these types only, for an emulator that needs no others."""
    kept = {name: item for name, item in template["Resources"].items() if item["Type"] in types}
    needless = {"Transform", "Globals", "Outputs"}
    return {key: value for key, value in template.items() if key not in needless} | {"Resources": kept}


def time_to_live(template: dict[str, Any], stack_name: str) -> dict[str, str]:
    """Returns table name -> attribute that expires its items, for each table with such an attribute."""
    tables = [item["Properties"] for item in template["Resources"].values() if item["Type"] == "AWS::DynamoDB::Table"]
    return {
        physical_name(table["TableName"], stack_name): table["TimeToLiveSpecification"]["AttributeName"]
        for table in tables
        if "TimeToLiveSpecification" in table
    }


def physical_name(name: dict[str, str], stack_name: str) -> str:
    """Returns the physical name. All names of the template have the form `!Sub ${AWS::StackName}-thing`."""
    return name["Fn::Sub"].replace("${AWS::StackName}", stack_name)


def memory_mb(template: dict[str, Any]) -> dict[str, int]:
    """Returns logical id -> memory of each function."""
    resources = template["Resources"].items()
    functions = {name: item["Properties"] for name, item in resources if item["Type"] == "AWS::Serverless::Function"}
    return {name: function["MemorySize"] for name, function in functions.items()}


def event_sources(template: dict[str, Any], stack_name: str) -> list[EventSource]:
    resources = template["Resources"]
    return [
        _event_source(logical_id, function, event, resources, stack_name)
        for logical_id, function, event in _events(template, "SQS")
    ]


def schedules(template: dict[str, Any]) -> list[Schedule]:
    """Returns the functions that run on a schedule. Raises ValueError for a schedule that is not a rate."""
    return [
        Schedule(
            function=logical_id,
            handler=function["Handler"],
            every=seconds_of_rate(event["Schedule"]),
            timeout=function["Timeout"],
            event=json.loads(event.get("Input", "{}")),
        )
        for logical_id, function, event in _events(template, "Schedule")
    ]


def seconds_of_rate(expression: str) -> int:
    """Returns the seconds: 60 for rate(1 minute). Raises ValueError."""
    found = RATE.fullmatch(expression)
    if not found:
        raise ValueError(f"{expression} is no rate(…)")
    return int(found["number"]) * UNITS[found["unit"]]


def _events(template: dict[str, Any], kind: str) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yields the logical id and properties of each function that has such an event, and the event's properties."""
    for logical_id, item in template["Resources"].items():
        if item["Type"] == "AWS::Serverless::Function":
            for event in item["Properties"].get("Events", {}).values():
                if event["Type"] == kind:
                    yield logical_id, item["Properties"], event["Properties"]


def _event_source(
    logical_id: str,
    function: dict[str, Any],
    event: dict[str, Any],
    resources: dict[str, Any],
    stack_name: str,
) -> EventSource:
    queue_id = event["Queue"]["Fn::GetAtt"][0]
    return EventSource(
        function=logical_id,
        handler=function["Handler"],
        queue=physical_name(resources[queue_id]["Properties"]["QueueName"], stack_name),
        timeout=function["Timeout"],
        batch_size=event["BatchSize"],
        batching_window=event["MaximumBatchingWindowInSeconds"],
        maximum_concurrency=event["ScalingConfig"]["MaximumConcurrency"],
    )
