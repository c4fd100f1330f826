"""Runs CloudFormation's change sets, prints each change as it happens, and reports failed resources with reasons."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import ClientError

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
# The texts by which CloudFormation reports a change set without changes.
NOTHING = ("didn't contain changes", "No updates are to be performed", "no changes")
# A first creation that failed leaves a stack that cannot be updated any more.
USELESS = frozenset({"ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED", "REVIEW_IN_PROGRESS"})
# A stack in this state may still hold data, so its deletion needs the operator's word.
HALF_DELETED = "DELETE_FAILED"
GONE = "DELETE_COMPLETE"
POLL_SECONDS = 1.0

Say = Callable[[str], None]
# Is asked with the changes of a change set, one a line, before it is executed. May raise an exception of the caller's.
Approve = Callable[[list[str]], None]


class StackFailed(Exception):
    """Names each resource that failed and the reason in its text."""


class Stack:
    def __init__(self, cloudformation: Any, name: str, say: Say) -> None:
        self.cloudformation = cloudformation
        self.name = name
        self.say = say

    def status(self) -> str:
        try:
            return str(self._describe()["StackStatus"])
        except ClientError as error:
            if "does not exist" in str(error):
                return GONE
            raise

    def outputs(self) -> dict[str, str]:
        return {output["OutputKey"]: output["OutputValue"] for output in self._describe().get("Outputs", [])}

    def resources(self, kind: str) -> list[str]:
        """Returns the physical names of the existing resources of a type."""
        pages = self.cloudformation.get_paginator("list_stack_resources").paginate(StackName=self.name)
        there = [item for page in pages for item in page["StackResourceSummaries"] if item["ResourceStatus"] != GONE]
        names = (item.get("PhysicalResourceId") for item in there if item["ResourceType"] == kind)
        return [name for name in names if name]  # a resource that was never created has no name

    def parameters(self) -> set[str]:
        """Returns the names of the present stack's parameters."""
        if self.status() in {GONE, *USELESS}:
            return set()
        return {parameter["ParameterKey"] for parameter in self._describe().get("Parameters", [])}

    def apply(
        self, template_url: str, parameters: list[dict[str, Any]], approve: Approve = lambda _: None, role: str = ""
    ) -> bool:
        """Creates or updates the stack. Returns False if nothing had to change. Raises StackFailed.

        role: the ARN of the role that CloudFormation acts with, or "" for the caller's own rights.
        """
        if self.status() == HALF_DELETED:
            raise StackFailed(f"{self.name} is half deleted ({HALF_DELETED}): finish with `make destroy`, then deploy.")
        if self.status() in USELESS:
            self.say(f"Removing what is left of an earlier attempt ({self.status()}) …")
            self.delete()
        creating = self.status() == GONE
        change_set = f"deploy-{time.time_ns() // 1_000_000}"
        names = {"StackName": self.name, "ChangeSetName": change_set}
        self.cloudformation.create_change_set(
            **names,
            ChangeSetType="CREATE" if creating else "UPDATE",
            TemplateURL=template_url,
            Parameters=parameters,
            Capabilities=CAPABILITIES,
            **({"RoleARN": role} if role else {}),
        )
        if not self._has_changes(names):
            self.cloudformation.delete_change_set(**names)
            return False
        self._ask(names, approve)
        started = self._last_event()
        self.cloudformation.execute_change_set(**names)
        # A change set may hold no change but to outputs. LocalStack also makes such a set when nothing changes.
        return self._follow(started, self.name) > 0

    def delete(self) -> None:
        """Deletes the stack. Raises StackFailed."""
        if self.status() == GONE:
            return
        stack_id, started = self._describe()["StackId"], self._last_event()
        self.cloudformation.delete_stack(StackName=self.name)
        self._follow(started, stack_id)

    def _describe(self, name: str | None = None) -> dict[str, Any]:
        stack: dict[str, Any] = self.cloudformation.describe_stacks(StackName=name or self.name)["Stacks"][0]
        return stack

    def _has_changes(self, names: dict[str, str]) -> bool:
        while True:
            answer = self.cloudformation.describe_change_set(**names)
            if answer["Status"] == "CREATE_COMPLETE":
                return True
            reason = answer.get("StatusReason", "")
            if answer["Status"] == "FAILED" and any(text in reason for text in NOTHING):
                return False
            if answer["Status"] == "FAILED":
                raise StackFailed(f"The change set was refused: {reason}")
            time.sleep(POLL_SECONDS)

    def _ask(self, names: dict[str, str], approve: Approve) -> None:
        """Drops the change set if it is not approved, so that nobody executes it later."""
        try:
            approve(self._changes(names))
        except BaseException:
            self.cloudformation.delete_change_set(**names)
            raise

    def _changes(self, names: dict[str, str]) -> list[str]:
        pages = self.cloudformation.get_paginator("describe_change_set").paginate(**names)
        changes = [item["ResourceChange"] for page in pages for item in page.get("Changes", [])]
        return [
            f"{change['Action']:<8} {change['LogicalResourceId']} ({change['ResourceType']})"
            f"{' REPLACED' if change.get('Replacement') == 'True' else ''}"
            for change in changes
        ]

    def _events(self, stack: str) -> Iterator[dict[str, Any]]:
        """Returns the stack's events, the newest first."""
        pages = self.cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack)
        return (event for page in pages for event in page["StackEvents"])

    def _last_event(self) -> str:
        try:
            return next((str(event["EventId"]) for event in self._events(self.name)), "")
        except ClientError:
            return ""

    def _follow(self, seen: str, stack: str) -> int:
        """Prints events until the stack rests. Returns their number. stack: its id; a deleted stack has no name."""
        failures: list[str] = []
        count = 0
        while True:
            status = self._status_of(stack)
            for event in self._since(seen, stack):
                seen = event["EventId"]
                count += self._report(event, failures)
            if not status.endswith("_IN_PROGRESS"):
                break
            time.sleep(POLL_SECONDS)
        if "ROLLBACK" in status or status.endswith("_FAILED"):
            raise StackFailed("\n".join([f"Stack {self.name} is {status}.", *failures]))
        return count

    def _status_of(self, stack: str) -> str:
        try:
            return str(self._describe(stack)["StackStatus"])
        except ClientError:
            return GONE

    def _since(self, seen: str, stack: str) -> list[dict[str, Any]]:
        """Returns the events after the event `seen`, the oldest first."""
        new: list[dict[str, Any]] = []
        try:
            for event in self._events(stack):
                if event["EventId"] == seen:
                    break
                new.append(event)
        except ClientError:
            return []
        return new[::-1]

    def _report(self, event: dict[str, Any], failures: list[str]) -> bool:
        """Prints the event. Tells whether it ended the change to a resource."""
        status, what = event["ResourceStatus"], f"{event['LogicalResourceId']} ({event.get('ResourceType', '')})"
        if status.endswith("_IN_PROGRESS") or event.get("PhysicalResourceId") == event["StackId"]:
            return False
        self.say(f"  {status:<18} {what}")
        reason = event.get("ResourceStatusReason", "")
        # The first failure cancels the other changes, whose events then say so. Such an event is not the reason.
        if status.endswith("_FAILED") and reason and "cancelled" not in reason:
            failures.append(f"{what}: {reason}")
        return True
