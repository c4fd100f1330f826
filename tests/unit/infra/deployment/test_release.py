"""What SAM makes of a release: the translator that CloudFormation's transform runs."""

import pytest

from infra.deployment import package, release, transform
from infra.deployment.vendor import Machine

URI = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${APIHandler.Arn}/invocations"


def merged():
    """infra/resources/ with what Chalice adds: the handler, a route and the permission."""
    whole = package.resources(Machine("x86_64"))
    whole["Resources"]["APIHandler"]["Properties"]["Handler"] = "app.app"
    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": {"Fn::Sub": URI}}
    route = {"get": {"responses": {}, "x-amazon-apigateway-integration": integration}}
    body = {"swagger": "2.0", "info": {"version": "1", "title": "x"}, "paths": {"/orders": route}}
    whole["Resources"]["RestAPI"]["Properties"] |= {"DefinitionBody": body, "StageName": "api"}
    permission = {
        "FunctionName": {"Ref": "APIHandler"},
        "Action": "lambda:InvokeFunction",
        "Principal": "apigateway.amazonaws.com",
    }
    whole["Resources"]["APIHandlerInvokePermission"] = {"Type": "AWS::Lambda::Permission", "Properties": permission}
    return whole


def translated(digest):
    whole = merged()
    release.add(whole, digest)
    return transform.transformed(whole, digest)


@pytest.fixture(scope="module")
def resources():
    return translated("a" * 64)["Resources"]


def of_type(resources, kind):
    return {name: item for name, item in resources.items() if item["Type"] == kind}


def test_each_function_has_an_alias_that_codedeploy_moves_under_the_alarms_of_the_function(resources):
    functions, aliases = of_type(resources, "AWS::Lambda::Function"), of_type(resources, "AWS::Lambda::Alias")
    groups = of_type(resources, "AWS::CodeDeploy::DeploymentGroup")

    assert {f"{name}Aliaslive" for name in functions} == aliases.keys()
    assert all("CodeDeployLambdaAliasUpdate" in alias["UpdatePolicy"] for alias in aliases.values())
    for name in functions:
        group = groups[f"{name}DeploymentGroup"]["Properties"]
        assert {"Name": {"Ref": f"{name}Canary"}} in group["AlarmConfiguration"]["Alarms"]
        assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]


def test_a_version_stays_when_another_follows(resources):
    versions = of_type(resources, "AWS::Lambda::Version")

    assert len(versions) == len(of_type(resources, "AWS::Lambda::Function"))
    assert {version["DeletionPolicy"] for version in versions.values()} == {"Retain"}


def test_changed_code_is_a_new_version_of_each_function_and_equal_code_is_not(resources):
    versions = of_type(resources, "AWS::Lambda::Version").keys()

    assert of_type(translated("a" * 64)["Resources"], "AWS::Lambda::Version").keys() == versions
    assert not of_type(translated("b" * 64)["Resources"], "AWS::Lambda::Version").keys() & versions


def test_queues_schedules_and_the_api_all_call_the_alias(resources):
    functions = of_type(resources, "AWS::Lambda::Function")
    mappings = of_type(resources, "AWS::Lambda::EventSourceMapping").values()
    rules = of_type(resources, "AWS::Events::Rule").values()
    permissions = of_type(resources, "AWS::Lambda::Permission").values()
    [api] = of_type(resources, "AWS::ApiGateway::RestApi").values()

    called = [item["Properties"]["FunctionName"]["Ref"] for item in (*mappings, *permissions)]
    called += [target["Arn"]["Ref"] for rule in rules for target in rule["Properties"]["Targets"]]
    assert not functions.keys() & {*called}
    assert all(name.endswith("Aliaslive") for name in called)
    uri = api["Properties"]["Body"]["paths"]["/orders"]["get"]["x-amazon-apigateway-integration"]["uri"]
    assert uri == {"Fn::Sub": [URI.replace("APIHandler.Arn", "Alias"), {"Alias": {"Ref": "APIHandlerAliaslive"}}]}


def test_the_alarm_of_a_canary_counts_the_errors_of_the_new_version_only(resources):
    dimensions = {item["Name"]: item["Value"] for item in resources["APIHandlerCanary"]["Properties"]["Dimensions"]}

    version = dimensions["ExecutedVersion"]["Fn::GetAtt"][0]
    assert resources[version]["Type"] == "AWS::Lambda::Version"
    assert dimensions["Resource"] == {"Fn::Sub": "${APIHandler}:live"}
