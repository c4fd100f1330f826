"""The explorer finds both planted mistakes with the shortest sequence, and nothing wrong with the correct receiver."""

import json
import os
import re
import subprocess
import sys
import time

import pytest
import requests

from infra.environment import ROOT
from infra.explore.flows import FLOWS
from infra.explore.sequences import count
from infra.local.ports import any_free_port
from tests.support import gateway as support
from tests.support.gateway import started
from tests.support.waiting import until

EXAMPLES = ROOT / "docs" / "examples" / "webhook_order"
MINUTE = 60
SECRET = "whsec_dGhlIHNlY3JldCBvZiBhIHRlc3Q="


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    if "GATEWAY_URL" in os.environ:
        pytest.skip("the receivers listen on this machine")
    with started(support.Gateway(tmp_path_factory.mktemp("explore"))) as own:
        yield own.url


@pytest.fixture
def explore(url, tmp_path):
    """Runs the explorer against an example receiver."""
    running = []

    def run(example, *options, check="http://127.0.0.1:{port}/orders/{{order_id}}"):
        port = any_free_port()
        command = [sys.executable, EXAMPLES / f"{example}.py", str(port)]
        running.append(subprocess.Popen(command, env=os.environ | {"WEBHOOK_SECRET": SECRET}))
        until(lambda: answers(port), 10)
        here = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "infra.explore", "--api-base", url, "--url", f"{here}/hook"]
        command += ["--check", check.format(port=port), "--save", str(tmp_path / "found.json"), *options]
        return subprocess.run(
            command, cwd=ROOT, env=os.environ | {"WEBHOOK_SECRET": SECRET}, capture_output=True, text=True, check=False
        )

    yield run
    for receiver in running:
        receiver.kill()
        receiver.wait()


def answers(port):
    try:
        return requests.get(f"http://127.0.0.1:{port}/orders/order_none", timeout=1).ok
    except requests.RequestException:
        return False


def moves(tmp_path):
    found = json.loads((tmp_path / "found.json").read_text())
    names = [json.loads(body)["event"] for body in found["recording"]["bodies"]]
    return [(move["kind"], names[move["event"]]) for move in found["moves"]]


def test_a_status_that_an_older_event_overwrites_is_found(explore, tmp_path):
    began = time.monotonic()
    done = explore("status_overwritten", "--flow", "late_success")
    assert done.returncode == 1, done.stderr
    assert time.monotonic() - began < MINUTE
    assert moves(tmp_path) == [("deliver", "payment.captured"), ("deliver", "payment.success")]


def test_a_refund_that_comes_before_the_capture_is_found_and_replayed(explore, tmp_path):
    began = time.monotonic()
    curl = "curl -s http://127.0.0.1:{port}/orders/{{order_id}}"
    done = explore("early_refund_ignored", check=curl)
    assert done.returncode == 1, done.stderr
    assert time.monotonic() - began < MINUTE
    assert moves(tmp_path) == [("deliver", "refund.processed"), ("deliver", "payment.captured")]
    assert '"refunded": 20000' in done.stdout

    again = explore("early_refund_ignored", "--replay", str(tmp_path / "found.json"), check=curl)
    mended = explore("correct", "--replay", str(tmp_path / "found.json"), check=curl)

    assert (again.returncode, mended.returncode) == (1, 0)
    assert "1. deliver refund.processed" in again.stdout


@pytest.mark.parametrize("flow", ["dispute_won", "dispute_lost", "settled"])
def test_disputes_and_settlements_end_right_at_the_correct_receiver(explore, flow):
    done = explore("correct", "--flow", flow)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(re.findall(r"(\d+) of \1 sequences", done.stdout)) == 1


def test_a_dispute_that_an_older_event_opens_again_is_found(explore, tmp_path, monkeypatch):
    text = (EXAMPLES / "correct.py").read_text()
    broken = text.replace("if sequence > known:", "if sequence:")
    assert broken != text
    (tmp_path / "broken.py").write_text(broken)
    monkeypatch.setenv("PYTHONPATH", str(EXAMPLES))
    done = explore(tmp_path / "broken", "--flow", "dispute_lost")
    assert done.returncode == 1, done.stderr
    assert moves(tmp_path)[-1] == ("deliver", "dispute.created")


def test_the_first_mistake_ends_the_search_if_that_is_asked_for_and_ci_gets_no_progress_bar(explore):
    began = time.monotonic()
    done = explore("status_overwritten", "--first")
    assert done.returncode == 1, done.stderr
    assert time.monotonic() - began < MINUTE
    assert re.findall(r"(\w+): \d+ of", done.stdout) == [next(iter(FLOWS))]
    assert "" not in done.stdout.splitlines()


def test_reports_are_written_for_ci(explore, tmp_path):
    junit, page = tmp_path / "junit.xml", tmp_path / "page.html"
    done = explore("status_overwritten", "--flow", "captured", "--junit", str(junit), "--html", str(page))
    assert done.returncode == 1
    assert 'failures="1"' in junit.read_text()
    assert "deliver payment.captured" in page.read_text()


@pytest.mark.slow
def test_the_correct_receiver_passes_every_sequence_of_every_flow(explore):
    done = explore("correct", "--limit", "10000")
    assert done.returncode == 0, done.stdout + done.stderr
    shares = re.findall(r"(\d+) of (\d+) sequences", done.stdout)
    assert len(shares) == len(FLOWS) >= 8
    assert all(delivered == possible for delivered, possible in shares)
    assert {int(possible) for _, possible in shares} == {count(number, answer=False) for number in (3, 4, 5)}


def test_no_gateway_and_no_receiver_are_told_apart_from_a_mistake(explore, url):
    nowhere = f"http://127.0.0.1:{any_free_port()}"
    gone = subprocess.run(
        [sys.executable, "-m", "infra.explore", "--api-base", url, "--url", nowhere, "--check", "true"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert gone.returncode == 2
    assert "Nothing listens" in gone.stderr
    unchecked = explore("correct", check="no-such-program {port}")
    assert unchecked.returncode == 2
    assert "no-such-program" in unchecked.stderr
    none = explore("correct", "--api-base", nowhere)
    assert none.returncode == 2
    assert "No gateway answers" in none.stderr
