"""A poller misses no event and gets none twice, however late each writer commits."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from chalicelib import queues
from chalicelib.domain.lists import ListQuery
from chalicelib.persistence.transactions import Transaction
from chalicelib.services.events import announcing, listing
from chalicelib.services.merchants import accounts
from chalicelib.services.payments import settlement
from tests.unit.services.money import new_order, pay, work_of

WRITERS, PAYMENTS = 4, 4
BEFORE_EVERYTHING = "evt_" + "0" * 20


class Poller:
    """Asks for everything since the last event that it has seen, page by page."""

    def __init__(self, merchant_id):
        self.merchant_id, self.seen, self.last, self.polls = merchant_id, [], BEFORE_EVERYTHING, 0

    def poll(self):
        cursor = None
        while True:
            page = listing.page(ListQuery(self.merchant_id, 5, cursor=cursor), self.last)
            self.seen += [event["id"] for event in page["data"]]
            self.polls += 1
            cursor = page["next_cursor"]
            if cursor is None:
                break
        self.last = self.seen[-1] if self.seen else self.last


@pytest.fixture
def lagging(monkeypatch):
    """Lets each commit begin at a random moment, up to the last one that is allowed."""
    write, rng = Transaction._write, random.Random(20)

    def late(self):
        time.sleep(rng.choice([0, 0, 0.1, 0.5, 1.0]) * announcing.COMMIT_SECONDS * 0.9)
        write(self)

    monkeypatch.setattr(Transaction, "_write", late)


def _life(merchant_id):
    for _ in range(PAYMENTS):
        payment_id = pay(new_order(merchant_id))
        while settlement.process([work_of(payment_id)]):  # it was too late, and SQS hands the job out again
            pass


def test_a_poller_gets_every_event_once_while_others_write(emulator, lagging, monkeypatch):
    monkeypatch.setattr(queues, "send", lambda *_: None)
    merchant_id = accounts.create("Acme", f"{uuid4()}@acme.example").id
    poller = Poller(merchant_id)

    with ThreadPoolExecutor(WRITERS) as pool:
        lives = [pool.submit(_life, merchant_id) for _ in range(WRITERS)]
        while not all(life.done() for life in lives):
            poller.poll()
            time.sleep(0.05)
        for life in lives:
            life.result()
    time.sleep(listing.settling_seconds())
    poller.poll()

    stored = [event["id"] for event in listing.page(ListQuery(merchant_id, 100), None)["data"]]
    assert len(stored) == WRITERS * PAYMENTS * 4
    assert poller.seen == stored[::-1]
    assert poller.polls > 10
