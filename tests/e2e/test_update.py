"""New code is deployed while payments are made, where UPDATES_AT (an endpoint) has the stack that GATEWAY_URL leads to.

LocalStack has no CodeDeploy. So a second deployment does here what the canary's alarm does on AWS: it brings the code back.
"""

import os
import shutil
import subprocess
import sys
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.e2e.client import Client

ROOT = Path(__file__).parent.parent.parent
PAYMENTS = 200
CLIENTS = 2
UPDATES = 2
PATIENCE = 300
FAILING = 20
# Seconds. A job whose worker was ended or failed comes back after the queue's visibility timeout of 180.
COMES_BACK = 600
NOT_OF_A_DEPLOYMENT = {"STACK_NAME", "STAGE"}  # tests/support/emulated.py has set them for this process
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".local", "node_modules", ".*_cache", ".hypothesis")

pytestmark = pytest.mark.skipif(
    "UPDATES_AT" not in os.environ, reason="UPDATES_AT names no endpoint: an update under load is NOT tested"
)


def patiently(client, path, body):
    """As docs/api.md tells callers to: what fails on the gateway's side is sent again with the same key."""
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            answer = client.post(path, body, headers=headers)
            if answer.status_code < 500:
                assert answer.status_code == 201, answer.text
                return answer.json()
        except (requests.ConnectionError, requests.Timeout):
            pass
        assert time.monotonic() < deadline, f"{path} is not answered"
        time.sleep(0.2)


def pay(url):
    client = Client(url)
    order = patiently(client, "/api/v1/orders", {"amount": 50_000})
    payment = patiently(client, "/api/v1/payments", {"order_id": order["id"], "method": "upi", "vpa": "success@upi"})
    return order["id"], payment["id"]


def in_time(client, path, holds):
    """What the path shows once it holds, at the latest after the job of a lost worker has come back twice."""
    deadline = time.monotonic() + COMES_BACK
    while not holds(shown := client.get(path).json()):
        assert time.monotonic() < deadline, f"{path} still says {shown}"
        time.sleep(0.2)
    return shown


def deploy_changed_code(folder, *lines):
    """Every function's code is another one afterwards. lines: to add to the API, and to the payments' worker."""
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT, dirs_exist_ok=True)
    for changed, line in zip(("app.py", "functions/process_payment.py"), lines, strict=True):
        with (folder / changed).open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
    deploy(folder)


def deploy(folder):
    environment = {name: value for name, value in os.environ.items() if name not in NOT_OF_A_DEPLOYMENT}
    done = subprocess.run(
        [sys.executable, "-m", "infra.deployment.deploy", "localstack"],
        cwd=folder,
        env=environment | {"AWS_ENDPOINT_URL": os.environ["UPDATES_AT"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing to change" not in done.stdout


@pytest.mark.timeout(1800)
def test_of_the_payments_made_during_updates_none_is_lost_and_none_fails(client, gateway_url, tmp_path):
    paid = []
    updated = threading.Event()

    def pay_on():
        while len(paid) < PAYMENTS or not updated.is_set():
            paid.append(pay(gateway_url))

    with ThreadPoolExecutor(CLIENTS) as pool:
        payers = [pool.submit(pay_on) for _ in range(CLIENTS)]
        try:
            for number in range(UPDATES):
                deploy_changed_code(tmp_path / "changed", f"# update {number}", f"# update {number}")
        finally:
            updated.set()
        for payer in payers:
            payer.result()

    print(f"{len(paid)} payments during {UPDATES} updates")
    assert len(set(paid)) == len(paid) >= PAYMENTS
    for order_id, payment_id in paid:
        in_time(client, f"/api/v1/payments/{payment_id}", lambda shown: shown["status"] == "success")
        order = in_time(client, f"/api/v1/orders/{order_id}", lambda shown: shown["status"] == "paid")
        assert order["amount_paid"] == 50_000


@pytest.mark.timeout(1800)
def test_a_release_whose_worker_fails_is_taken_back_and_no_payment_of_its_time_is_lost(client, gateway_url, tmp_path):
    deploy_changed_code(tmp_path / "failing", "# a release", 'raise RuntimeError("a release that fails")')
    paid = [pay(gateway_url) for _ in range(FAILING)]
    assert {client.get(f"/api/v1/payments/{payment_id}").json()["status"] for _, payment_id in paid} == {"pending"}

    deploy(ROOT)

    for _, payment_id in paid:
        in_time(client, f"/api/v1/payments/{payment_id}", lambda shown: shown["status"] == "success")
