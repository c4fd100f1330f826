import pytest
from botocore.exceptions import ClientError

from infra.deployment.stacks import Stack, StackFailed

STACK_ID = "arn:stack/x"


def event(number, resource, status, reason=""):
    return {
        "EventId": str(number), "LogicalResourceId": resource, "ResourceType": "AWS::X", "ResourceStatus": status,
        "ResourceStatusReason": reason, "PhysicalResourceId": resource, "StackId": STACK_ID,
    }  # fmt: skip


class CloudFormation:
    """One stack: `status` is before, `end` after a change set of which `events` (newest first) are the story."""

    def __init__(self, status=None, end="UPDATE_COMPLETE", events=(), change_set=("CREATE_COMPLETE", "")):
        self.status, self.end, self.story, self.change_set = status, end, list(events), change_set
        self.done = []
        self.events = []
        self.resources = []
        self.changes = []

    def describe_stacks(self, **names):
        if self.status is None:
            raise ClientError(
                {"Error": {"Code": "ValidationError", "Message": f"{names['StackName']} does not exist"}},
                "DescribeStacks",
            )
        return {"Stacks": [{"StackStatus": self.status, "StackId": STACK_ID, "Outputs": [], "Parameters": []}]}

    def create_change_set(self, **names):
        self.done.append(names["ChangeSetType"])

    def describe_change_set(self, **_):
        return {"Status": self.change_set[0], "StatusReason": self.change_set[1]}

    def delete_change_set(self, **_):
        self.done.append("dropped")

    def execute_change_set(self, **_):
        self.done.append("executed")
        self.status, self.events = self.end, self.story

    def delete_stack(self, **_):
        self.done.append("deleted")
        self.status, self.events = None, []

    def get_paginator(self, _):
        return self

    def paginate(self, **_):
        return [{"StackEvents": self.events, "StackResourceSummaries": self.resources, "Changes": self.changes}]


def apply(cloudformation):
    lines = []
    return Stack(cloudformation, "x", lines.append).apply("https://template", []), lines


def test_a_stack_that_is_not_there_is_created_and_each_resource_is_reported():
    cloudformation = CloudFormation(
        end="CREATE_COMPLETE", events=[event(2, "Orders", "CREATE_COMPLETE"), event(1, "Orders", "CREATE_IN_PROGRESS")]
    )

    changed, lines = apply(cloudformation)

    assert changed
    assert cloudformation.done == ["CREATE", "executed"]
    assert lines == ["  CREATE_COMPLETE    Orders (AWS::X)"]


@pytest.mark.parametrize(
    "reason", ["The submitted information didn't contain changes.", "No updates are to be performed."]
)
def test_a_template_that_changes_nothing_is_not_executed(reason):
    cloudformation = CloudFormation("UPDATE_COMPLETE", change_set=("FAILED", reason))

    assert apply(cloudformation)[0] is False
    assert cloudformation.done == ["UPDATE", "dropped"]


def test_an_empty_change_set_changes_nothing():
    assert apply(CloudFormation("UPDATE_COMPLETE"))[0] is False


def test_a_failure_names_the_resource_and_the_reason_and_not_those_that_were_only_stopped():
    story = [
        event(3, "Payments", "CREATE_FAILED", "Resource creation cancelled"),
        event(2, "Orders", "CREATE_FAILED", "Table already exists: gateway-dev-orders"),
    ]

    with pytest.raises(StackFailed, match=r"Orders \(AWS::X\): Table already exists") as failure:
        apply(CloudFormation(end="ROLLBACK_COMPLETE", events=story))

    assert "Payments" not in str(failure.value)


def test_a_change_set_that_is_refused_says_why():
    with pytest.raises(StackFailed, match="Template format error"):
        apply(CloudFormation("UPDATE_COMPLETE", change_set=("FAILED", "Template format error")))


def test_what_a_failed_creation_left_is_removed_first():
    cloudformation = CloudFormation("ROLLBACK_COMPLETE", end="CREATE_COMPLETE")

    apply(cloudformation)

    assert cloudformation.done == ["deleted", "CREATE", "executed"]


def test_a_stack_that_is_half_deleted_may_hold_data_and_is_not_for_deploy_to_delete():
    cloudformation = CloudFormation("DELETE_FAILED")

    with pytest.raises(StackFailed, match="make destroy"):
        apply(cloudformation)

    assert cloudformation.done == []


def test_a_stacks_resources_of_a_type_are_those_that_are_still_there():
    cloudformation = CloudFormation("DELETE_FAILED")
    states = {"a": "DELETE_COMPLETE", "b": "DELETE_FAILED", "c": "CREATE_COMPLETE", "": "CREATE_FAILED"}
    cloudformation.resources = [
        {"PhysicalResourceId": name, "ResourceType": "AWS::X", "ResourceStatus": status}
        for name, status in states.items()
    ]

    assert Stack(cloudformation, "x", print).resources("AWS::X") == ["b", "c"]
    assert Stack(cloudformation, "x", print).resources("AWS::Y") == []


def test_a_stack_whose_update_was_rolled_back_is_updated_and_never_removed():
    cloudformation = CloudFormation("UPDATE_ROLLBACK_COMPLETE")

    apply(cloudformation)

    assert cloudformation.done == ["UPDATE", "executed"]


def test_the_changes_are_shown_before_they_are_made_and_dropped_without_consent():
    def refuse(changes):
        seen.extend(changes)
        raise KeyboardInterrupt

    seen = []
    cloudformation = CloudFormation("UPDATE_COMPLETE")
    orders = {"LogicalResourceId": "Orders", "ResourceType": "AWS::X"}
    cloudformation.changes = [
        {"ResourceChange": {"Action": "Modify", "Replacement": "True"} | orders},
        {"ResourceChange": {"Action": "Add"} | orders},
    ]

    with pytest.raises(KeyboardInterrupt):
        Stack(cloudformation, "x", print).apply("https://template", [], refuse)

    assert seen == ["Modify   Orders (AWS::X) REPLACED", "Add      Orders (AWS::X)"]
    assert cloudformation.done == ["UPDATE", "dropped"]
