"""kill -9 between a payment's request and its webhook: what was acknowledged settles, and its webhook arrives."""

import time

import pytest

from tests.e2e.client import Client
from tests.e2e.conftest import listening
from tests.support.receiver import Receiver

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server():
    server = Receiver()
    yield server
    server.close()


@pytest.fixture(scope="module")
def merchant(mortal):
    return Client(mortal.settings.api_origin)


@pytest.fixture(scope="module")
def listener(merchant, server):
    return listening(merchant, server)[1]


def test_the_worker_is_killed_while_the_bank_thinks(mortal, merchant, listener):
    payments = [merchant.pay(merchant.order()["id"]) for _ in range(5)]

    mortal.kill("worker")

    for payment in payments:
        listener.hears("payment.success", payment["id"])
        assert merchant.get(f"/api/v1/payments/{payment['id']}").json()["status"] == "success"


def test_the_worker_is_killed_while_the_receiver_has_the_webhook(mortal, merchant, listener):
    listener.server.pauses["/hook"] = 3
    payment = merchant.pay(merchant.order()["id"])
    merchant.until_settled(f"/api/v1/payments/{payment['id']}")
    time.sleep(1)

    mortal.kill("worker")
    listener.server.pauses.clear()

    arrival = listener.hears("payment.success", payment["id"])
    merchant.until(f"/api/v1/webhooks/{arrival.id}", lambda webhook: webhook["status"] == "success")


def test_the_whole_gateway_is_killed_and_started_again(mortal, merchant, listener):
    paid = merchant.pay(merchant.order()["id"])
    declined = merchant.pay_by_card(merchant.order()["id"], number="4000000000000002")

    mortal.process.kill()
    mortal.process.wait()
    mortal.start()

    listener.hears("payment.success", paid["id"])
    listener.hears("payment.failed", declined["id"])
    assert merchant.get(f"/api/v1/payments/{paid['id']}").json()["status"] == "success"
    assert merchant.get(f"/api/v1/payments/{declined['id']}").json()["error_code"] == "CARD_DECLINED"
