"""`gateway listen`, killed and started again: it misses nothing and repeats nothing."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time

import pytest

from infra.environment import ROOT
from tests.support.api import Api
from tests.support.receiver import Receiver
from tests.support.waiting import until

EVENTS = 1000
KILLS = 15


@pytest.fixture
def api():
    api = Api()
    yield api
    api.close()


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.close()


def take_interrupts():
    """Undoes what a shell does to a program in its background: SIGINT would have no effect on it or its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Listener:
    """Starts `gateway listen`. What it prints goes to one file over all starts."""

    def __init__(self, folder, api, *options):
        self.printed = folder / "printed.jsonl"
        self.cursor = folder / "cursor.json"
        self.words = [
            *(sys.executable, "-m", "payment_gateway", "--json", "--api-base", api.url, "listen"),
            *("--cursor", str(self.cursor), *options),
        ]
        self.environ = os.environ | {"LOCAL_FOLDER": str(folder / "data")}
        self.process = None

    def start(self):
        with self.printed.open("ab") as output:
            self.process = subprocess.Popen(
                self.words,
                cwd=ROOT,
                env=self.environ,
                stdout=output,
                preexec_fn=take_interrupts,  # noqa: PLW1509  # it calls nothing that a thread could hold
            )

    def end(self, how):
        self.process.send_signal(how)
        return self.process.wait(20)

    def lines(self):
        if not self.printed.exists():
            return []
        return [json.loads(line) for line in self.printed.read_text().splitlines()]

    def heard(self):
        return [line["event"]["id"] for line in self.lines()]


@pytest.fixture
def listener(tmp_path, api):
    made = []

    def listener(*options):
        made.append(Listener(tmp_path, api, *options))
        made[-1].start()
        return made[-1]

    yield listener
    for each in made:
        each.process.kill()
        each.process.wait()


def is_listening(listener):
    return listener.cursor.exists()


@pytest.mark.slow
def test_a_listener_that_is_killed_at_random_misses_nothing_and_repeats_nothing(listener, api, receiver):
    chance = random.Random(7)
    listening = listener("--forward-to", receiver.url("/hook"))
    until(lambda: is_listening(listening), 30)

    def happen():
        for number in range(EVENTS):
            event = api.add_event(number)
            if number % 10 == 0:
                api.resend(EVENTS + number, event)
            time.sleep(chance.random() / 50)

    happening = threading.Thread(target=happen)
    happening.start()
    for _ in range(KILLS):
        time.sleep(chance.random() * 1.5)
        listening.end(chance.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT]))
        listening.start()
    happening.join()
    until(lambda: len(listening.heard()) >= len(api.events), 60)
    time.sleep(1)  # a repetition would come now

    wanted = [event["id"] for event in api.events]
    assert listening.heard() == wanted
    assert [arrival.id for arrival in receiver.arrivals["/hook"]] == wanted


def test_the_first_listener_begins_with_the_next_event(listener, api):
    api.add_event(1)
    listening = listener()
    until(lambda: is_listening(listening), 30)
    api.add_event(2)
    until(listening.heard, 10)
    assert listening.heard() == ["evt_000002"]


def test_the_very_first_event_is_heard(listener, api):
    listening = listener()
    until(lambda: is_listening(listening), 30)
    api.add_event(1)
    api.add_event(2)
    assert until(lambda: len(listening.heard()) == 2, 10)


def test_an_event_that_is_sent_again_is_heard_again_also_after_a_restart(listener, api, receiver):
    event = api.add_event(1)
    api.resend(2, event)  # before the first start: not for this listener
    listening = listener("--forward-to", receiver.url("/hook"))
    until(lambda: is_listening(listening), 30)
    api.resend(3, event)
    until(listening.heard, 10)
    listening.end(signal.SIGKILL)
    api.resend(4, event)
    listening.start()
    until(lambda: len(listening.heard()) == 2, 20)
    time.sleep(1)  # a repetition would come now
    assert listening.heard() == [event["id"]] * 2
    assert [arrival.id for arrival in receiver.arrivals["/hook"]] == [event["id"]] * 2
    assert [line["event"]["resent_as"] for line in listening.lines()] == ["evt_000003", "evt_000004"]


def test_what_happens_while_it_is_off_comes_at_the_next_start(listener, api):
    api.add_event(1)
    listening = listener()
    until(lambda: is_listening(listening), 30)
    assert listening.end(signal.SIGINT) == 130
    api.add_event(2)
    listening.start()
    until(listening.heard, 30)
    assert listening.heard() == ["evt_000002"]


def test_reversed_and_twice_try_a_receiver_with_another_order(listener, api, receiver):
    api.add_event(1)
    listening = listener("--order", "reversed", "--twice", "--window", "1s", "--forward-to", receiver.url("/hook"))
    until(lambda: is_listening(listening), 30)
    for number in (2, 3, 4):
        api.add_event(number)
    until(lambda: len(listening.lines()) == 6, 20)
    assert [line["copy"] for line in listening.lines()] == [2, 1, 2, 1, 2, 1]
    arrived = [arrival.id for arrival in receiver.arrivals["/hook"]]
    assert arrived == [f"evt_{number:06}" for number in (4, 4, 3, 3, 2, 2)]


def test_only_the_chosen_types_are_heard(listener, api):
    api.add_event(1)
    listening = listener("--type", "payment.failed")
    until(lambda: is_listening(listening), 30)
    api.add_event(2)
    api.add_event(3, type="payment.failed")
    until(listening.heard, 10)
    assert listening.heard() == ["evt_000003"]


def test_a_gateway_that_is_restarted_is_waited_for(listener, api):
    api.add_event(1)
    listening = listener()
    until(lambda: is_listening(listening), 30)
    served = api.routes.pop(("GET", "/events"))
    api.routes["GET", "/events"] = lambda _: (503, {"error": {"code": "SERVER_ERROR", "description": "restarting"}})
    time.sleep(1)
    api.routes["GET", "/events"] = served
    api.add_event(2)
    until(listening.heard, 20)
    assert listening.heard() == ["evt_000002"]


def test_keys_that_are_refused_end_it_with_status_1(listener, api):
    api.routes["GET", "/events"] = lambda _: (401, {"error": {"code": "AUTHENTICATION_ERROR", "description": "no"}})
    assert listener().process.wait(30) == 1


def test_a_later_listener_waits_for_the_child_of_a_killed_one(listener, api):
    listening = listener()
    until(lambda: is_listening(listening), 30)
    listening.end(signal.SIGKILL)
    api.add_event(1)
    listening.start()
    until(listening.heard, 30)
    assert listening.heard() == ["evt_000001"]
