"""The bill of a stack without payments."""

import copy

import pytest

from infra.bench import idle
from infra.deployment import template
from infra.environment import ROOT


def test_the_documents_table_is_the_computed_one():
    assert idle.table(idle.bill()) in (ROOT / "docs/deployment.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("kind", "dollars"), [("AWS::KMS::Key", 1.0), ("AWS::CloudWatch::Alarm", 0.1)])
def test_one_more_resource_costs_its_price_a_month(kind, dollars):
    whole = copy.deepcopy(template.load())
    whole["Resources"]["OneMore"] = {"Type": kind, "Properties": {}}

    assert sum(idle.bill(whole).values()) - sum(idle.bill().values()) == pytest.approx(dollars)


def test_a_stack_without_resources_that_run_by_themselves_polls_and_runs_nothing():
    whole = copy.deepcopy(template.load())
    for item in whole["Resources"].values():
        item["Properties"].pop("Events", None)
    lines = idle.bill(whole)

    assert lines["SQS, empty polls"] == lines["Lambda, runs of the deadlines"] == 0
