"""Every command of docs/sandbox.md's tables of endings and long waits does what the table says."""

import json
import re
import shlex
import subprocess
import sys
from datetime import datetime

import pytest

from infra.cli.endings import ENDINGS
from infra.environment import ROOT
from payment_gateway import durations

TABLES = (ROOT / "docs/sandbox.md").read_text().partition("## Endings and their tests")[2].partition("\n## ")[0]
ROWS = [re.findall(r"`([^`]+)`", line) for line in TABLES.splitlines() if line.startswith("|") and "`" in line]
COMMANDS = [row[0] for row in ROWS]
WAITS = [command for command in COMMANDS if " clock " in command]
ENDED = {
    "declined": {"status": "failed", "error_code": "PAYMENT_DECLINED"},
    "abandoned": {"status": "failed", "error_code": "PAYMENT_EXPIRED"},
    "unknown_then_paid": {"status": "success", "late": False},
    "late_success": {"status": "success", "late": True},
    "expired_authorisation": {"status": "voided", "captured": False},
    "failed_refund": {"status": "failed", "error_code": "REFUND_FAILED"},
    "lost_answer": {"status": "created"},
    "throttled": {"status": "created"},
    "dispute_won": {"status": "won"},
    "dispute_lost": {"status": "lost"},
    "settlement": {"status": "processed"},
}
TOLD = {
    "expired_authorisation": {"payment.success", "payment.voided", "payment.expired"},
    "late_success": {"payment.failed", "payment.success"},
    "failed_refund": {"refund.failed"},
    "dispute_won": {"dispute.under_review", "dispute.won"},
    "settlement": {"settlement.processed"},
}
PATHS = {"order": "orders", "pay": "payments", "rfnd": "refunds", "disp": "disputes", "setl": "settlements"}


@pytest.fixture
def gateway(sandbox):
    """Runs a command line of the documentation for a fresh merchant. Returns what it printed as JSON."""
    keys = sandbox.client.credentials
    mine = ["--api-base", sandbox.client.url, "--key", keys["X-Api-Key"], "--secret", keys["X-Api-Secret"], "--json"]

    def run(command):
        words = [sys.executable, "-m", "payment_gateway", *shlex.split(command)[1:], *mine]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def test_every_ending_has_a_row_and_every_row_an_ending():
    assert [command for command in COMMANDS if command not in WAITS] == [f"gateway rehearse {name}" for name in ENDINGS]
    assert len(WAITS) == 4


@pytest.mark.parametrize("name", sorted({row[-1] for row in ROWS}))
def test_the_test_that_a_row_names_exists(name):
    assert any(f"def {name}(" in file.read_text() for file in (ROOT / "tests").rglob("test_*.py"))


@pytest.mark.parametrize("command", [command for command in COMMANDS if command not in WAITS])
def test_the_command_of_a_row_brings_about_its_ending(sandbox, gateway, command):
    found = gateway(command)

    name, ended = command.split()[-1], found["ended"]
    shown = sandbox.client.get(f"/api/v1/{PATHS[ended['id'].partition('_')[0]]}/{ended['id']}").json()
    assert {field: shown[field] for field in ENDED[name]} == ENDED[name]
    assert TOLD.get(name, set()) <= set(found["events"])
    assert found["answers"] == {"lost_answer": ["no answer", "ok"], "throttled": ["429"] * 5 + ["ok"]}.get(name, [])
    assert sandbox.client.get("/api/v1/orders").json()["total"] == 1


@pytest.mark.parametrize("command", WAITS)
def test_the_command_of_a_row_lets_the_time_pass(sandbox, gateway, command):
    before = sandbox.now()
    shown = gateway(command)
    assert datetime.fromisoformat(shown["now"]).timestamp() - before >= durations.seconds(command.split()[-1])
