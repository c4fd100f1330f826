"""The backup plan of the template, and what the drill copies."""

from infra.backup.tables import OUTSIDE, Tables
from infra.deployment import template

WHOLE = template.load()


def test_the_plan_copies_the_tables_with_point_in_time_recovery_and_no_cards():
    selection = WHOLE["Resources"]["BackupSelection"]["Properties"]["BackupSelection"]
    ids = [arn["Fn::GetAtt"][0] for arn in selection["Resources"]]
    names = [template.physical_name(WHOLE["Resources"][each]["Properties"]["TableName"], "s") for each in ids]
    assert sorted(names) == sorted(f"s-{name}" for name in Tables(None, "s", WHOLE).backed_up())
    assert not {"s-cards", "s-card-tries"} & set(names)


def test_a_copy_is_kept_as_long_as_the_parameter_says_and_outlives_the_stack():
    (rule,) = WHOLE["Resources"]["BackupPlan"]["Properties"]["BackupPlan"]["BackupPlanRule"]
    assert rule["Lifecycle"] == {"DeleteAfterDays": {"Ref": "BackupRetentionDays"}}
    assert WHOLE["Resources"]["BackupVault"]["DeletionPolicy"] == "Retain"


def test_the_drill_spares_what_does_not_fail_with_the_gateway():
    assert {"sandbox", "simulated-bank"} == OUTSIDE
