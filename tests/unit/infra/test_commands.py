"""The operator's commands, before they reach a stage: what they refuse, and how they say what they found."""

import json
import sys

import pytest

from chalicelib.domain.errors import AuthenticationFailed
from chalicelib.services.merchants import accounts, auth, credentials
from chalicelib.services.operations import dead_letters
from infra import cli, redrive, revoke
from infra.audit import __main__ as audit
from infra.audit.snapshot import Finding
from tests.support.mocked import aws_in_this_process


@pytest.mark.parametrize("queue", ["", "secrets", "payments-dlq"])
def test_an_unknown_queue_is_not_sent_back(queue, monkeypatch, capsys):
    monkeypatch.setattr(redrive, "use_target", lambda: None)
    assert redrive.main(queue) == 1
    assert "QUEUE must be one of payments, refunds, settlements, deliveries" in capsys.readouterr().err


def test_a_program_is_told_how_many_messages_were_sent_back(monkeypatch, capsys):
    monkeypatch.setattr(redrive, "use_target", lambda: None)
    monkeypatch.setattr(dead_letters, "redrive_all", len)
    with pytest.raises(SystemExit) as end:
        cli.main(["redrive", "payments", "--json"])
    assert end.value.code == 0
    assert json.loads(capsys.readouterr().out) == {"queue": "payments", "sent_back": 8}


@pytest.mark.parametrize("findings", [[], [Finding("no_dead_letters", "pay_1", "pending"), Finding("rule", "x", "ä")]])
def test_findings_are_printed_as_json_lines_and_make_the_command_fail(findings, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["audit", "--json"])
    monkeypatch.setattr(audit, "use_target", lambda: None)
    monkeypatch.setattr(audit, "inspect", lambda *_: (None, findings))
    assert audit.main() == bool(findings)
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line]
    assert printed == [{"rule": f.rule, "subject": f.subject, "detail": f.detail} for f in findings]


@pytest.fixture
def made(monkeypatch):
    monkeypatch.setattr(revoke, "use_target", lambda: None)
    with aws_in_this_process():
        credentials.forget()
        yield accounts.create("Acme", "acme@revoke.example")


def test_revoking_a_merchant_stops_its_keys_and_its_sessions(made, capsys):
    token = auth.sign_in(made.email, made.password, "127.0.0.1")["token"]
    credentials.check(made.pair)

    assert revoke.main(made.id, "", "") == 0

    assert "API keys revoked: 1." in capsys.readouterr().out
    for come_in in (lambda: auth.by_pair(made.pair, ""), lambda: auth.by_token(token)):
        with pytest.raises(AuthenticationFailed):
            come_in()


def test_revoking_one_key_leaves_the_sessions(made):
    token = auth.sign_in(made.email, made.password, "127.0.0.1")["token"]
    assert revoke.main(made.id, made.pair.key, "") == 0
    assert auth.by_token(token).merchant_id == made.id
    with pytest.raises(AuthenticationFailed):
        auth.by_pair(made.pair, "")


def test_a_password_that_others_know_is_replaced(made, capsys):
    assert revoke.main(made.id, "", "yes") == 0

    new = capsys.readouterr().out.split()[-1]
    with pytest.raises(AuthenticationFailed):
        auth.sign_in(made.email, made.password, "127.0.0.1")
    assert auth.sign_in(made.email, new, "127.0.0.1")["merchant"]["id"] == made.id


@pytest.mark.parametrize(
    ("merchant", "key", "said"),
    [("", "", "Say whose"), ("nobody", "", "Merchant not found"), ("{id}", "key_x", "Key not found")],
)
def test_what_cannot_be_revoked_is_said(made, capsys, merchant, key, said):
    assert revoke.main(merchant.format(id=made.id), key, "") == 1
    assert said in capsys.readouterr().err
