"""Kills the embedded AWS of a real `make up` with SIGKILL while payments are made."""

import time

import pytest

from tests.e2e import client
from tests.support.gateway import started
from tests.support.receiver import Receiver
from tests.support.waiting import until
from tests.torture.gateway import Gateway

KILLS = 3
LIFE = 4.0  # seconds of payments before a kill
KEPT_AFTER = 2.0  # seconds: what was answered longer ago than this before a kill must not be lost
RESTART_SECONDS = 60
SETTLE_SECONDS = 300
UPI = {"method": "upi", "vpa": "success@bank"}
# A card waits sealed under a key of the embedded KMS, which must be the same after the kill.
CARD = {"method": "card", "card": client.CARD}


@pytest.fixture
def gateway(tmp_path):
    with started(Gateway(tmp_path, TEST_PROCESSING_DELAY="300")) as own:
        yield own


def pay_for(gateway, seconds, name):
    """Makes payments and returns the time of each answer by the payment's id."""
    answered, end = {}, time.monotonic() + seconds
    while time.monotonic() < end:
        key = f"{name} {len(answered)}"
        order = gateway.ask("POST", "/orders", {"amount": 10_000}, f"order {key}")
        body = {"order_id": order["id"]} | (UPI, CARD)[len(answered) % 2]
        payment = gateway.ask("POST", "/payments", body, f"payment {key}")["id"]
        answered[payment] = time.monotonic()
    return answered


def kill(gateway):
    """Kills the embedded AWS, and returns the time of the kill when another one runs and the API answers."""
    before = gateway.pid("emulator")
    killed = time.monotonic()
    gateway.kill("emulator")
    until(lambda: gateway.pid("emulator") != before and gateway.jobs(), RESTART_SECONDS)
    return killed


def test_what_was_answered_two_seconds_before_the_engine_is_killed_is_kept_and_settles(gateway):
    receiver, kept, lost = Receiver(), [], []
    gateway.ask("PUT", "/merchants/webhook", {"webhook_url": receiver.url("/hook")}, "")
    for number in range(KILLS):
        answered = pay_for(gateway, LIFE, number)
        killed = kill(gateway)
        there = {one for one in answered if gateway.knows(one)}
        due = {one for one, at in answered.items() if at < killed - KEPT_AFTER}
        assert due
        assert due <= there, f"lost: {due - there}"
        kept += there
        lost += answered.keys() - there
    until(lambda: gateway.is_idle() and {one for _, one in receiver.accepted("/hook")} >= set(kept), SETTLE_SECONDS)
    print(f"\n{len(kept)} payments kept, {len(lost)} lost")
    gateway.check_audit()
