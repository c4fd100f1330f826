"""Who gets to queues and functions: TLS only, and concurrency that nobody takes from the workers."""

from collections import Counter

from infra.deployment import template
from infra.deployment.deploy import OPERATORS_PARAMETERS

WHOLE = template.load()
RESOURCES = WHOLE["Resources"]


def test_every_queue_is_reached_over_tls_only():
    queues = {name for name, item in RESOURCES.items() if item["Type"] == "AWS::SQS::Queue"}
    policy = RESOURCES["QueuesOverTls"]["Properties"]
    assert {each["Ref"] for each in policy["Queues"]} == queues
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Deny", "sqs:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert RESOURCES["QueuesOverTls"]["Condition"] == "IsOnAws"


def test_every_worker_has_the_concurrency_reserved_that_its_queues_and_schedules_may_use():
    wanted = Counter()
    for source in template.event_sources(WHOLE, "s"):
        wanted[source.function] += source.maximum_concurrency
    for schedule in template.schedules(WHOLE):
        wanted[schedule.function] += 2  # a run that takes longer than its minute overlaps the next one
    reserved = {name: RESOURCES[name]["Properties"]["ReservedConcurrentExecutions"]["Fn::If"] for name in wanted}
    assert {name: number for name, (_, number, _) in reserved.items()} == dict(wanted)
    assert {condition for condition, _, _ in reserved.values()} == {"ReservesConcurrency"}


def test_the_api_takes_no_concurrency_from_the_reserve():
    assert "ReservedConcurrentExecutions" not in RESOURCES["APIHandler"]["Properties"]


def test_every_parameter_of_an_operator_is_in_the_template():
    assert set(OPERATORS_PARAMETERS.values()) <= WHOLE["Parameters"].keys()
