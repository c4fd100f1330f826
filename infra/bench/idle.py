"""`python -m infra.bench idle`: computes what a stack costs in a month in which nobody pays, from the template's resources."""

from collections import Counter
from typing import Any

from infra.bench import dollars
from infra.deployment import release, template

HOURS = 730  # a month, as AWS counts it
SECONDS = HOURS * 3600
SHARDS = 16  # that the runs of the deadlines ask together, once a minute (chalicelib/services/waits)


def bill(whole: dict[str, Any] | None = None) -> dict[str, float]:
    """Returns line of the bill -> dollars a month for one stage on AWS. whole: of infra.deployment.template.load()."""
    whole = whole or template.load()
    price = dollars.prices()
    month, assumed = price["month"], price["assumed_idle"]
    kinds = Counter(item["Type"] for item in whole["Resources"].values())
    runs = sum(SECONDS / each.every for each in template.schedules(whole))
    gb_seconds = runs * assumed["milliseconds_of_an_idle_run"] / 1000 * _memory_gb(whole)
    polls = (
        len(template.event_sources(whole, "x"))
        * assumed["pollers_of_a_mapping"]
        * SECONDS
        / assumed["seconds_of_a_poll"]
    )
    alarms = kinds["AWS::CloudWatch::Alarm"] + len(template.memory_mb(whole))  # release.py adds one for each function
    return {
        "KMS keys": month["kms_key"] * kinds["AWS::KMS::Key"],
        "Secrets": month["secret"] * kinds["AWS::SecretsManager::Secret"],
        f"Alarms ({alarms}, with the {release.ALARM.lower()} alarms)": month["alarm"] * alarms,
        "Dashboards": month["dashboard"] * kinds["AWS::CloudWatch::Dashboard"],
        "Metrics that an idle stack writes": month["metric"] * assumed["metrics"],
        "SQS, empty polls": price["sqs_request"] * polls / 1e6,
        "Lambda, runs of the deadlines": price["lambda_request"] * runs / 1e6 + price["lambda_gb_second"] * gb_seconds,
        "DynamoDB, empty queries": price["dynamodb_read_unit"] * 0.5 * SHARDS * SECONDS / 60 / 1e6,
        "Logs of these runs": month["log_gb"] * runs * assumed["log_bytes_of_an_idle_run"] / 1e9,
    }


def _memory_gb(whole: dict[str, Any]) -> float:
    return template.memory_mb(whole)[dollars.DISPATCHER] / 1024


def table(lines: dict[str, float]) -> str:
    """Returns the bill as a table of Markdown, which docs/deployment.md holds."""
    rows = [*lines.items(), ("in all", sum(lines.values()))]
    return "\n".join(
        ["| an idle stage | dollars a month |", "|---|---:|", *(f"| {name} | {cost:.2f} |" for name, cost in rows)]
    )
