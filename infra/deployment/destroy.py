"""`make destroy STAGE=…`: deletes the stack with its data, and the artifacts. One KMS key stays: docs/operations.md."""

import os
import sys
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.config import TEST_STAGES
from infra.deployment.aws import Target, read_target
from infra.deployment.deploy import say
from infra.deployment.stacks import GONE, Stack, StackFailed
from infra.usage import UsageError


def destroy(target: Target) -> None:
    """Deletes the stack. Raises UsageError, before it touches anything, for a table under deletion protection.

    Outside test stages it also raises UsageError unless CONFIRM is the stack's name.
    """
    if target.stage not in TEST_STAGES and target.environ.get("CONFIRM") != target.stack_name:
        raise UsageError(
            f"This deletes all data of {target.stack_name}; if you mean it, add CONFIRM={target.stack_name}"
        )
    stack = Stack(target.client("cloudformation"), target.stack_name, say)
    if stack.status() == GONE:
        say(f"There is no stack {target.stack_name}.")
    else:
        _refuse_protected(target, stack)
        s3 = target.client("s3")
        for bucket in stack.resources("AWS::S3::Bucket"):
            _empty(s3, bucket)
        stack.delete()
    _remove_artifacts(target)
    say("Destroyed.")


def _refuse_protected(target: Target, stack: Stack) -> None:
    dynamodb = target.client("dynamodb")
    protected = [table for table in stack.resources("AWS::DynamoDB::Table") if _is_protected(dynamodb, table)]
    if protected:
        raise UsageError(
            f"Nothing was deleted: {', '.join(protected)} under deletion protection. For each, if you mean it: "
            "aws dynamodb update-table --no-deletion-protection-enabled --table-name …"
        )


def _is_protected(dynamodb: Any, table: str) -> bool:
    try:
        return bool(dynamodb.describe_table(TableName=table)["Table"].get("DeletionProtectionEnabled"))
    except dynamodb.exceptions.ResourceNotFoundException:
        return False


def _empty(s3: Any, bucket: str) -> bool:
    """Empties the bucket. Returns False if there is no such bucket: an earlier attempt may have removed it."""
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError:
        return False
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        items = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        objects = [{"Key": item["Key"], "VersionId": item["VersionId"]} for item in items]
        if objects:
            s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
    return True


def _remove_artifacts(target: Target) -> None:
    s3, bucket = target.client("s3"), target.artifact_bucket
    if _empty(s3, bucket):
        s3.delete_bucket(Bucket=bucket)


def main(stage: str) -> int:
    try:
        destroy(read_target(stage))
    except (StackFailed, UsageError, BotoCoreError, ClientError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("STAGE", "")))
