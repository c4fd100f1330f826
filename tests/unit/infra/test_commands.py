"""The operator's commands, before they reach a stage: what they refuse, and how they say what they found."""

import json
import sys
from types import SimpleNamespace

import pytest

from infra import audit, destroy, redrive
from infra.audit_rules import Finding
from infra.local.settings import UsageError


def reached(service):
    raise ConnectionError(service)


@pytest.mark.parametrize("confirm", [None, "", "gateway", "GATEWAY-PROD"])
def test_a_stage_with_real_data_is_destroyed_by_its_name_only(confirm):
    environ = {} if confirm is None else {"CONFIRM": confirm}
    target = SimpleNamespace(stage="prod", stack_name="gateway-prod", environ=environ, client=reached)
    with pytest.raises(UsageError, match="CONFIRM=gateway-prod"):
        destroy.destroy(target)


@pytest.mark.parametrize(
    ("stage", "environ"), [("prod", {"CONFIRM": "gateway-prod"}), ("localstack", {})], ids=["confirmed", "a test stage"]
)
def test_what_is_confirmed_or_holds_no_real_data_is_destroyed(stage, environ):
    target = SimpleNamespace(stage=stage, stack_name=f"gateway-{stage}", environ=environ, client=reached)
    with pytest.raises(ConnectionError):
        destroy.destroy(target)


@pytest.mark.parametrize("queue", ["", "secrets", "payments-dlq"])
def test_an_unknown_queue_is_not_sent_back(queue, monkeypatch, capsys):
    monkeypatch.setattr(redrive, "use_target", lambda: None)
    assert redrive.main(queue) == 1
    assert "QUEUE must be one of payments, refunds, deliveries" in capsys.readouterr().err


@pytest.mark.parametrize("findings", [[], [Finding("nothing_is_stuck", "pay_1", "pending"), Finding("rule", "x", "ä")]])
def test_findings_are_printed_as_json_lines_and_make_the_command_fail(findings, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["audit", "--json"])
    monkeypatch.setattr(audit, "use_target", lambda: None)
    monkeypatch.setattr(audit, "inspect", lambda *_: (None, findings))
    assert audit.main() == bool(findings)
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line]
    assert printed == [{"rule": f.rule, "subject": f.subject, "detail": f.detail} for f in findings]
