"""What a deployment tells CloudFormation."""

import pytest

from infra.deployment import deploy
from infra.usage import UsageError

KNOWN = {"Stage", "AlarmEmail", "ApiBurst", "LogLevel"}


def parameters(**environ):
    """Parameter to its value, or to None where the stack keeps the value that it has."""
    given = deploy.parameters({"STAGE": "prod"} | environ, KNOWN)
    return {each["ParameterKey"]: None if each.get("UsePreviousValue") else each["ParameterValue"] for each in given}


def test_alarms_and_limits_stay_as_they_are_when_nobody_says_otherwise():
    assert parameters() == {"Stage": "prod", "AlarmEmail": None, "ApiBurst": None}


@pytest.mark.parametrize(("variable", "parameter"), [("ALARM_EMAIL", "AlarmEmail"), ("API_BURST", "ApiBurst")])
def test_what_is_said_is_taken_and_what_is_said_empty_falls_back_to_its_default(variable, parameter):
    assert parameters(**{variable: "7"})[parameter] == "7"
    assert parameter not in parameters(**{variable: ""})


def test_a_setting_that_is_no_secret_falls_back_to_its_default():
    assert parameters(LOG_LEVEL="DEBUG")["LogLevel"] == "DEBUG"
    assert "LogLevel" not in parameters()


def test_no_secret_passes_cloudformation():
    told = parameters(
        ADMIN_TOKEN="t" * 32, BANK_NOTIFICATION_SECRET="b", TEST_API_SECRET="s", TEST_DASHBOARD_PASSWORD="p"
    )
    assert told == parameters()


def test_nothing_is_kept_of_a_stack_that_is_not_there():
    assert deploy.parameters({"STAGE": "prod"}, set()) == [{"ParameterKey": "Stage", "ParameterValue": "prod"}]


def test_a_bank_network_that_nobody_knows_is_refused_before_anything_is_made():
    deploy.check_acquirer("simulated")
    with pytest.raises(UsageError, match="ACQUIRER must be one of simulated, not 'acme'"):
        deploy.check_acquirer("acme")
