"""infra/resources/ as the tools read it."""

import pytest

from chalicelib import aws, queues
from chalicelib.persistence.deadlines import SHARDS
from infra.deployment import template
from infra.local.mappings import load_handler

STACK = "gateway-test"
# What the application looks up by name.
TABLES = {
    "merchants", "merchant-emails", "api-keys", "webhook-endpoints", "orders", "payments", "refunds", "disputes",
    "webhook-deliveries",
    "idempotency", "totals", "postings", "sessions", "throttles", "deadlines", "cards", "card-tries", "simulated-bank", "sandbox",
    "usages", "settlements", "dead-letters", "events", "customers", "payment-links", "items", "invoices", "qr-codes",
    "plans", "subscriptions", "audit-trail",
}  # fmt: skip
# What is deleted from these must be in no backup (cards), or is worth none.
WITHOUT_BACKUP = {"cards", "card-tries", "simulated-bank", "sandbox"}


@pytest.fixture(scope="module")
def whole():
    return template.load()


def properties(whole, kind):
    return {name: item["Properties"] for name, item in whole["Resources"].items() if item["Type"] == kind}


def test_short_forms_become_long_ones(tmp_path):
    (tmp_path / "one.yaml").write_text(
        "A: {x: !Ref R, y: !Sub '${R}-s', z: !GetAtt R.Arn, l: !Join ['-', [a, !Ref R]]}"
    )
    assert template.load(tmp_path)["A"] == {
        "x": {"Ref": "R"},
        "y": {"Fn::Sub": "${R}-s"},
        "z": {"Fn::GetAtt": ["R", "Arn"]},
        "l": {"Fn::Join": ["-", ["a", {"Ref": "R"}]]},
    }


def test_a_name_that_stands_in_two_files_is_refused(tmp_path):
    (tmp_path / "one.yaml").write_text("Resources: {Same: {}}")
    (tmp_path / "two.yaml").write_text("Resources: {Same: {}}")
    with pytest.raises(ValueError, match="Same stands in two files"):
        template.load(tmp_path)


def test_every_table_that_the_application_looks_for_is_there(whole):
    tables = properties(whole, "AWS::DynamoDB::Table").values()
    assert {template.physical_name(table["TableName"], STACK) for table in tables} == {
        f"{STACK}-{name}" for name in TABLES
    }


def test_every_table_is_on_demand_and_encrypted(whole):
    for table in properties(whole, "AWS::DynamoDB::Table").values():
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert table["SSESpecification"]["SSEEnabled"] is True


def test_every_table_can_go_back_in_time_but_those_that_must_not_or_need_not(whole):
    without = {
        template.physical_name(table["TableName"], STACK).removeprefix(f"{STACK}-")
        for table in properties(whole, "AWS::DynamoDB::Table").values()
        if not table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    }
    assert without == WITHOUT_BACKUP


def test_what_expires_is_what_may(whole):
    expiring = (
        "card-tries", "cards", "dead-letters", "deadlines", "events", "idempotency", "sessions", "simulated-bank", "throttles",
            "usages",         "webhook-deliveries",
    )  # fmt: skip
    assert template.time_to_live(whole, STACK) == {f"{STACK}-{name}": "expires_at" for name in expiring}


def test_the_tables_of_test_stages_are_in_no_other_stack(whole):
    assert whole["Resources"]["SandboxTable"]["Condition"] == "IsEmulated"


def test_the_cards_key_and_table_go_with_the_stack_and_the_secrets_key_stays(whole):
    policies = {name: item.get("DeletionPolicy") for name, item in whole["Resources"].items()}
    assert (policies["CardKey"], policies["CardsTable"], policies["DataKey"]) == (
        "Delete",
        "Delete",
        "RetainExceptOnCreate",
    )
    for key in properties(whole, "AWS::KMS::Key").values():
        # KMS cannot rotate a key for hashes.
        assert key.get("EnableKeyRotation", False) is (key.get("KeyUsage") != "GENERATE_VERIFY_MAC")


def test_every_job_queue_has_a_dead_letter_queue_after_five_receives_and_waits_six_timeouts(whole):
    declared = properties(whole, "AWS::SQS::Queue")
    by_name = {template.physical_name(queue["QueueName"], STACK): queue for queue in declared.values()}
    sources = template.event_sources(whole, STACK)
    assert {source.queue for source in sources} == {f"{STACK}-{name}" for name in queues.QUEUES}
    for source in sources:
        queue = by_name[source.queue]
        dead_letters = declared[queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]]
        assert template.physical_name(dead_letters["QueueName"], STACK) == f"{source.queue}-dlq"
        assert queue["RedrivePolicy"]["maxReceiveCount"] == queues.MAX_RECEIVES
        assert queue["VisibilityTimeout"] == 6 * source.timeout
        assert source.maximum_concurrency >= 2  # Lambda's least
        assert dead_letters["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_every_event_source_reports_failures_by_message_and_names_a_handler_that_exists(whole):
    functions = properties(whole, "AWS::Serverless::Function")
    for source in template.event_sources(whole, STACK):
        for event in functions[source.function]["Events"].values():
            assert event["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert callable(load_handler(source.handler))


def test_every_shard_of_the_deadlines_is_looked_at_once_a_minute_by_runs_that_end_within_it(whole):
    schedules = template.schedules(whole)
    for schedule in schedules:
        assert (schedule.function, schedule.every) == ("RunDeadlines", 60)
        assert schedule.timeout < schedule.every
        assert callable(load_handler(schedule.handler))
    assert sorted(shard for schedule in schedules for shard in schedule.event["shards"]) == list(range(SHARDS))


@pytest.mark.parametrize(
    ("rate", "seconds"),
    [("rate(1 minute)", 60), ("rate(5 minutes)", 300), ("rate(2 hours)", 7200), ("rate(1 day)", 86400)],
)
def test_a_rate_is_read_as_eventbridge_reads_it(rate, seconds):
    assert template.seconds_of_rate(rate) == seconds


@pytest.mark.parametrize("schedule", ["cron(0 12 * * ? *)", "rate(0 minutes)", "rate(1 second)", "", "rate(1 minute) "])
def test_another_schedule_is_refused_by_name(schedule):
    with pytest.raises(ValueError, match=r"is no rate"):
        template.seconds_of_rate(schedule)


def test_a_call_to_aws_gives_up_before_any_function_is_killed(whole):
    """Who calls learns of the failure; a function that is killed says nothing."""
    shortest = min(function["Timeout"] for function in properties(whole, "AWS::Serverless::Function").values())
    assert shortest > aws.CALL_SECONDS


def test_the_time_that_one_call_takes_is_counted_from_what_the_clients_are_made_with():
    config = aws._CONFIG
    attempts = config.retries["total_max_attempts"]
    pauses = sum(2**retry for retry in range(attempts - 1))
    assert attempts * (config.connect_timeout + config.read_timeout) + pauses == aws.CALL_SECONDS


def test_the_api_has_one_stage_and_its_throttle_and_access_log_are_of_every_method(whole):
    api = whole["Resources"]["RestAPI"]["Properties"]
    assert api["OpenApiVersion"] == "2.0"  # without it SAM adds a stage "Stage", to which nothing below applies
    (settings,) = api["MethodSettings"]
    assert (settings["ResourcePath"], settings["HttpMethod"]) == ("/*", "*")
    assert settings["ThrottlingRateLimit"] == {"Ref": "ApiRequestsPerSecond"}
    assert api["AccessLogSetting"]["DestinationArn"] == {"Fn::GetAtt": ["ApiAccessLogs", "Arn"]}


def test_no_stage_takes_another_ones_access_log_away_when_it_goes_or_fails_to_come(whole):
    for name in ("ApiAccount", "ApiAccountRole"):
        assert whole["Resources"][name]["DeletionPolicy"] == "Retain"


def test_an_emulator_gets_the_kept_types_and_nothing_that_needs_the_rest(whole):
    kept = template.keep_types(whole, frozenset({"AWS::SQS::Queue"}))
    assert {item["Type"] for item in kept["Resources"].values()} == {"AWS::SQS::Queue"}
    assert not {"Transform", "Globals", "Outputs"} & kept.keys()


def test_the_access_log_has_nothing_that_a_caller_wrote(whole):
    log = whole["Resources"]["RestAPI"]["Properties"]["AccessLogSetting"]["Format"]
    assert "$context.resourcePath" in log
    assert "$context.path" not in log
    assert not [word for word in ("header", "querystring", "userAgent") if word in log]


def test_every_function_of_a_payments_way_is_traced_and_may_send_its_spans(whole):
    functions = properties(whole, "AWS::Serverless::Function")
    default = whole["Globals"]["Function"]["Tracing"]
    traced = {name for name, function in functions.items() if function.get("Tracing", default) == "Active"}

    assert functions.keys() - traced == {"RunDeadlines"}
    for name in traced:
        role = functions[name]["Role"]["Fn::GetAtt"][0]
        statements = whole["Resources"][role]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
        assert any("xray:PutTraceSegments" in statement.get("Action", ()) for statement in statements)
    assert whole["Resources"]["RestAPI"]["Properties"]["TracingEnabled"] is True
