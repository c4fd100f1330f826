"""The pytest plugin, as an integration's test suite uses it: in processes of its own, with pytest-xdist."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from infra.environment import ROOT
from infra.local.locks import is_locked

SUITE = """
import pytest

from payment_gateway.acts import refund


@pytest.mark.parametrize("number", range({tests}))
def test_a_payment_is_the_merchants_only_one(number, merchant, pay, events):
    payment = pay(10000 + number)
    assert payment["status"] == "success"
    assert [each["id"] for each in merchant.client.get("/payments")["data"]] == [payment["id"]]
    assert events.wait_for("payment.success", payment["id"])["data"]["payment"]["amount"] == 10000 + number
    assert {{each["type"] for each in merchant.client.get("/events")["data"]}} >= {{"payment.success"}}


def test_a_declined_card(pay):
    assert pay(instrument="4000 0000 0000 0002")["error_code"] == "CARD_DECLINED"


def test_an_event_comes_with_a_refund(merchant, pay, events):
    made = refund(merchant.client, pay(capture="automatic")["id"], 500)
    assert events.wait_for("refund.processed", made["id"])["sequence"] >= 1


def test_an_authorisation_expires(merchant, pay, events, clock):
    payment = pay(capture_within=3600)
    clock.advance("2h")
    assert events.wait_for("payment.expired", payment["id"])


def test_the_gateway_is_one(gateway):
    with open("{folder}/" + str(__import__("os").getpid()), "w") as file:
        file.write(gateway.api)
"""


def suite(folder, tests, workers):
    """Runs the suite. Returns what pytest printed."""
    (folder / "test_shop.py").write_text(SUITE.format(tests=tests, folder=folder))
    (folder / "pytest.ini").write_text("[pytest]\n")
    unwanted = ("GATEWAY_", "PYTEST_", "AWS_", "TEST_", "STA", "LOCAL_FOLDER")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    command = [sys.executable, "-m", "pytest", "-p", "payment_gateway.pytest_plugin", "-n", str(workers), "-q"]
    done = subprocess.run(
        [*command, f"--basetemp={folder / 'temp'}"],
        cwd=folder,
        env=environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def has_ended(folder):
    deadline = time.monotonic() + 40
    while is_locked(folder / "temp" / "payment-gateway" / ".local" / "run.lock"):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return True


@pytest.mark.slow
@pytest.mark.parametrize(("workers", "tests"), [(4, 12), (8, 40)])
def test_no_test_sees_anothers_data_and_the_gateway_ends_with_the_last_process(tmp_path, workers, tests):
    printed = suite(tmp_path, tests, workers)
    assert re.search(rf"{tests + 4} passed", printed)
    assert has_ended(tmp_path)


def test_the_plugin_imports_nothing_but_the_standard_library_and_pytest(tmp_path):
    program = """
import sys
before = {name.partition(".")[0] for name in sys.modules}
import pytest
known = {name.partition(".")[0] for name in sys.modules}
import payment_gateway.pytest_plugin
now = {name.partition(".")[0] for name in sys.modules} - known - set(sys.stdlib_module_names)
print(sorted(now))
"""
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "['payment_gateway']"
    assert not (Path(tmp_path) / "app").exists()
