"""What a person reads after a deployment to LocalStack failed."""

import pytest

from infra.deployment import deploy, localstack
from infra.deployment.stacks import StackFailed

COMPOSE = {"PROXY_TARGETS": "/targets/targets.conf"}


class Target:
    is_emulated, environ = True, COMPOSE


def fail(_):
    raise StackFailed("Stack x is DELETE_FAILED.")


def test_a_failed_deployment_to_containers_ends_with_the_two_commands_that_start_anew(monkeypatch):
    monkeypatch.setattr(deploy, "deploy", fail)

    with pytest.raises(StackFailed) as failure:
        deploy._deploy_or_advise(Target())

    assert str(failure.value).splitlines()[0] == "Stack x is DELETE_FAILED."
    assert str(failure.value).endswith("  docker compose down --volumes\n  docker compose up -d")


def test_without_containers_the_commands_are_those_of_make():
    assert localstack.advice("x", {}).endswith("make deploy STAGE=localstack")


def test_a_failure_on_aws_says_nothing_of_emulators(monkeypatch):
    monkeypatch.setattr(deploy, "deploy", fail)
    target = Target()
    target.is_emulated = False

    with pytest.raises(StackFailed, match=r"^Stack x is DELETE_FAILED\.$"):
        deploy._deploy_or_advise(target)


def test_a_function_that_could_not_be_made_for_no_reason_is_explained_by_the_image_that_is_missing():
    reasonless = "Stack x is ROLLBACK_COMPLETE.\nAPIHandler (AWS::Lambda::Function): Error while creating lambda:"

    assert localstack.IMAGE in localstack.advice(reasonless, COMPOSE)
    assert localstack.IMAGE not in localstack.advice(f"{reasonless} InvalidParameterValueException", COMPOSE)
