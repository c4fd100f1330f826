"""Creates the template's tables, queues, keys and buckets in an emulator, or updates the existing ones."""

import json
from typing import Any

import boto3
from botocore.exceptions import ClientError

from infra.deployment import template

EMULATED_TYPES = frozenset(
    {"AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::KMS::Key", "AWS::KMS::Alias", "AWS::S3::Bucket"}
)
WAITER = {"Delay": 0.1, "MaxAttempts": 300}


def client(service: str, endpoint: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def create_or_update(endpoint: str, stack_name: str) -> None:
    """Creates or updates the stack; idempotent. Raises botocore's WaiterError, with the reason, for a refusal."""
    whole = template.load()
    cloudformation = client("cloudformation", endpoint)
    parameters = {
        "StackName": stack_name,
        "TemplateBody": json.dumps(template.keep_types(whole, EMULATED_TYPES)),
        "Parameters": [{"ParameterKey": "Stage", "ParameterValue": "local"}],
    }
    try:
        cloudformation.create_stack(**parameters)
        cloudformation.get_waiter("stack_create_complete").wait(StackName=stack_name, WaiterConfig=WAITER)
    except cloudformation.exceptions.AlreadyExistsException:
        _update(cloudformation, parameters)
    _enable_time_to_live(client("dynamodb", endpoint), template.time_to_live(whole, stack_name))


def _update(cloudformation: Any, parameters: dict[str, Any]) -> None:
    try:
        cloudformation.update_stack(**parameters)
    except ClientError as error:
        if "No updates are to be performed" in str(error):
            return
        raise
    cloudformation.get_waiter("stack_update_complete").wait(StackName=parameters["StackName"], WaiterConfig=WAITER)


def _enable_time_to_live(dynamodb: Any, attributes: dict[str, str]) -> None:
    """Sets each table's expiry attribute, because MiniStack's CloudFormation ignores TimeToLiveSpecification."""
    for table, attribute in attributes.items():
        current = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
        if current["TimeToLiveStatus"] == "DISABLED":
            specification = {"Enabled": True, "AttributeName": attribute}
            dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=specification)
