"""The operator's commands, before they reach a stage: what they refuse, and how they say what they found."""

import json
import sys

import pytest

from infra import redrive
from infra.audit import __main__ as audit
from infra.audit.snapshot import Finding


@pytest.mark.parametrize("queue", ["", "secrets", "payments-dlq"])
def test_an_unknown_queue_is_not_sent_back(queue, monkeypatch, capsys):
    monkeypatch.setattr(redrive, "use_target", lambda: None)
    assert redrive.main(queue) == 1
    assert "QUEUE must be one of payments, refunds, deliveries" in capsys.readouterr().err


@pytest.mark.parametrize("findings", [[], [Finding("no_dead_letters", "pay_1", "pending"), Finding("rule", "x", "ä")]])
def test_findings_are_printed_as_json_lines_and_make_the_command_fail(findings, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["audit", "--json"])
    monkeypatch.setattr(audit, "use_target", lambda: None)
    monkeypatch.setattr(audit, "inspect", lambda *_: (None, findings))
    assert audit.main() == bool(findings)
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line]
    assert printed == [{"rule": f.rule, "subject": f.subject, "detail": f.detail} for f in findings]
