"""Makes an update of the functions gradual: versions that stay, an alias, a canary, and alarms that roll it back.

SAM and CodeDeploy do the work. Emulators have no CodeDeploy, so their functions have no alias and change at once.
"""

from typing import Any

ALIAS = "live"
ALARM = "Canary"
HANDLER = "${APIHandler.Arn}"
# Events that also roll the API back: a mistake in the code that the caller saw, or books that would have been broken.
ALSO_OF_THE_API = ("UnexpectedErrorsAlarm", "BooksAlarm")


def add(whole: dict[str, Any], digest: str) -> None:
    """Adds the release to the merged template. digest: of the artifact, so that a changed code is a new version."""
    functions = [name for name, item in whole["Resources"].items() if item["Type"] == "AWS::Serverless::Function"]
    for name in functions:
        whole["Resources"][f"{name}{ALARM}"] = _alarm(name)
        alarms = [f"{name}{ALARM}", *(ALSO_OF_THE_API if name == "APIHandler" else ())]
        whole["Resources"][name]["Properties"] |= {
            "AutoPublishAlias": ALIAS,
            "AutoPublishCodeSha256": digest,
            "AutoPublishAliasAllProperties": True,  # a changed setting is a release as well
            "DeploymentPreference": {"Type": {"Ref": "Release"}, "Alarms": [{"Ref": alarm} for alarm in alarms]},
        }
    _call_the_alias(whole["Resources"])


def _alarm(function: str) -> dict[str, Any]:
    """Returns an alarm for one error of the new version. Errors of the version before do not stop its repair."""
    dimensions = {
        "FunctionName": {"Ref": function},
        "Resource": {"Fn::Sub": f"${{{function}}}:{ALIAS}"},
        "ExecutedVersion": {"Fn::GetAtt": [f"{function}.Version", "Version"]},
    }
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmDescription": f"The new version of {function} failed; CodeDeploy goes back to the version before",
            "Namespace": "AWS/Lambda",
            "MetricName": "Errors",
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 0,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
            "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
        },
    }


def _call_the_alias(resources: dict[str, Any]) -> None:
    """Leads API Gateway to the alias. SAM itself leads queues and schedules there."""
    alias = {"Ref": "APIHandler.Alias"}
    for item in resources.values():
        if item["Type"] == "AWS::Lambda::Permission" and item["Properties"]["FunctionName"] == {"Ref": "APIHandler"}:
            item["Properties"]["FunctionName"] = alias
    _replace(resources["RestAPI"]["Properties"]["DefinitionBody"])


def _replace(node: Any) -> None:
    """Replaces the handler in every URI, in place. The alias's reference is its ARN."""
    if isinstance(node, list):
        for each in node:
            _replace(each)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "Fn::Sub" and isinstance(value, str) and HANDLER in value:
                node[key] = [value.replace(HANDLER, "${Alias}"), {"Alias": {"Ref": "APIHandler.Alias"}}]
            else:
                _replace(value)
