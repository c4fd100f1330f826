"""Production changes only after someone has seen the changes and agreed."""

from types import SimpleNamespace

import pytest

from infra.deployment import approval
from infra.usage import UsageError

CHANGES = ["Modify   Orders (AWS::DynamoDB::Table) REPLACED"]


def asked(stage="prod", answer=None, **environ):
    """What is printed, after the approval."""
    printed = []
    target = SimpleNamespace(stage=stage, stack_name=f"gateway-{stage}", environ=environ)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(approval.sys, "stdin", SimpleNamespace(isatty=lambda: answer is not None))
        patch.setattr("builtins.input", lambda _: answer)
        approval.approve(target, CHANGES, printed.append)
    return "\n".join(printed)


@pytest.mark.parametrize("given", [{"answer": "gateway-prod"}, {"CONFIRM": "gateway-prod"}])
def test_prod_shows_the_changes_and_takes_the_stacks_name_for_consent(given):
    assert "Orders (AWS::DynamoDB::Table) REPLACED" in asked(**given)


@pytest.mark.parametrize("given", [{}, {"answer": ""}, {"answer": "yes"}, {"CONFIRM": "gateway-dev"}])
def test_without_consent_prod_stays_as_it_is(given):
    with pytest.raises(UsageError, match="Nothing was changed"):
        asked(**given)


@pytest.mark.parametrize("stage", ["localstack", "dev"])
def test_other_stages_are_not_asked(stage):
    assert asked(stage) == ""


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_a_plan_changes_nothing_even_with_consent(stage):
    with pytest.raises(approval.Planned):
        asked(stage, PLAN="true", CONFIRM=f"gateway-{stage}")
