"""Deploys the API's routes to LocalStack 4.14, whose CloudFormation cannot change the routes or the stage of an API.

On an emulator the stack therefore holds an empty API. This module puts the routes into that API and deploys them in one
step, so that a request meets either the old or the new routes. On AWS, CloudFormation does all of this.
"""

import hashlib
import json
from typing import Any

from botocore.exceptions import ClientError

STAGE = "api"  # api_gateway_stage in .chalice/config.json
HANDLER = "${APIHandler.Arn}"


def take_out(whole: dict[str, Any]) -> dict[str, Any]:
    """Replaces the template's API by an empty API whose id is the stack's name. Returns the routes."""
    routes: dict[str, Any] = whole["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    name = {"Ref": "AWS::StackName"}
    tags = [{"Key": "_custom_id_", "Value": name}]
    whole["Resources"].pop("ApiMapping")  # it needs the stage, which is not in the stack
    whole["Resources"]["RestAPI"] = {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": name, "Tags": tags}}
    return routes


def put(gateway: Any, api_id: str, routes: bytes, handler_arn: str) -> bool:
    """Deploys the routes. Returns False if they are deployed already."""
    body = _resolved(routes, handler_arn)
    digest = hashlib.sha256(body).hexdigest()
    if _deployed(gateway, api_id) == digest:
        return False
    gateway.put_rest_api(restApiId=api_id, mode="overwrite", body=body, parameters={"basepath": "ignore"})
    gateway.create_deployment(restApiId=api_id, stageName=STAGE, description=digest)
    return True


def _resolved(routes: bytes, handler_arn: str) -> bytes:
    """Fills in the handler's URI, which is the only intrinsic function that Chalice writes."""
    _, partition, _, region, *_ = handler_arn.split(":")
    known = {"${AWS::Partition}": partition, "${AWS::Region}": region, HANDLER: handler_arn}

    def substitute(value: dict[str, Any]) -> Any:
        text = value.get("Fn::Sub")
        if not isinstance(text, str):
            return value
        for name, real in known.items():
            text = text.replace(name, real)
        return text

    return json.dumps(json.loads(routes, object_hook=substitute), sort_keys=True).encode()


def _deployed(gateway: Any, api_id: str) -> str:
    try:
        deployment = gateway.get_stage(restApiId=api_id, stageName=STAGE)["deploymentId"]
        return str(gateway.get_deployment(restApiId=api_id, deploymentId=deployment).get("description", ""))
    except ClientError:
        return ""
