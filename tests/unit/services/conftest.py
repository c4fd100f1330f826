from collections import Counter

import pytest

from chalicelib import outbound, queues
from chalicelib.config import TEST_MERCHANT_ID, settings
from chalicelib.domain import clock
from chalicelib.persistence import deadlines
from chalicelib.services import caching
from chalicelib.services.caching import TimedCache
from chalicelib.services.merchants import accounts, auth, credentials, guesses
from chalicelib.services.payments import accept, notifications, records
from chalicelib.services.payments import bank as asked_bank
from chalicelib.services.refunds import accept as accept_refund
from chalicelib.services.refunds import processing
from chalicelib.services.webhooks import deliveries, endpoints, shares, slots
from tests.support.mocked import aws_in_this_process, create_queues
from tests.unit.services.money import NOW, Bank, new_order, pay, settle
from tests.unit.services.world import SameThread, World


@pytest.fixture
def environment(monkeypatch):
    """Call it with settings; without a call they have their defaults."""
    for name in ("STAGE", "STACK_NAME", "WEBHOOK_RETRY_INTERVALS_TEST", "AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

    def put(**values):
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()

    put()
    yield put
    settings.cache_clear()


@pytest.fixture
def database(environment):  # it prepares the environment
    """Empty tables of the template, and its keys; single-threaded."""
    with aws_in_this_process():
        yield


@pytest.fixture
def world(database, monkeypatch):  # it is there
    world = World()
    monkeypatch.setattr(clock, "source", world.clock)
    monkeypatch.setattr(queues, "_send_chunk", world.send_chunk)
    monkeypatch.setattr(deadlines, "row", world.new_row)
    monkeypatch.setattr(outbound, "post", world.post)
    monkeypatch.setattr(deliveries, "_pool", SameThread)
    monkeypatch.setattr(deliveries, "SLOT_PATIENCE", 0)
    monkeypatch.setattr(slots, "_taken", Counter())
    monkeypatch.setattr(shares, "_unwritten", TimedCache(shares.WINDOW_SECONDS))
    monkeypatch.setattr(shares, "_slow", TimedCache(shares.SLOW_SECONDS))
    monkeypatch.setattr(endpoints, "_recent", TimedCache(endpoints.RECENT_SECONDS))
    return world


@pytest.fixture(scope="module")
def tables():
    """For a whole module: the template's tables, queues and key, and the test merchant."""
    settings.cache_clear()  # another module of this process may have asked on another stage
    with aws_in_this_process():
        create_queues()
        accounts.seed_test_merchant()
        yield


@pytest.fixture
def merchant_id(tables):
    return TEST_MERCHANT_ID


@pytest.fixture
def made(tables):
    """A merchant of the test's own."""
    credentials.forget()
    guesses.forget()
    return accounts.create("Acme", f"{credentials.new_pair().key}@acme.example")


@pytest.fixture
def session(made):
    return auth.sign_in(made.email, made.password, "127.0.2.1")["token"]


@pytest.fixture
def later(monkeypatch):
    """Moves the clocks of this process on."""
    passed, now = [0.0], clock.now()
    monkeypatch.setattr(clock, "source", lambda: now + passed[0])
    monkeypatch.setattr(caching.time, "monotonic", lambda: 1000 + passed[0])

    def move(seconds):
        passed[0] += seconds

    return move


@pytest.fixture
def elsewhere(monkeypatch):
    """What is done in another process: the caches of this one do not hear of it."""

    def do(act, *args, **how):
        with monkeypatch.context() as patch:
            patch.setattr(credentials, "forget", lambda: None)
            patch.setattr(auth._sessions, "clear", lambda: None)
            return act(*args, **how)

    return do


@pytest.fixture
def sent(monkeypatch):
    """The jobs that were sent, in order."""
    noted = []
    monkeypatch.setattr(queues, "send", lambda *work: noted.extend(work))
    return noted


@pytest.fixture
def now(monkeypatch):
    """A clock that a test moves: now[0] += seconds."""
    time = [NOW]
    monkeypatch.setattr(clock, "source", lambda: time[0])
    return time


@pytest.fixture
def bank(monkeypatch):
    """Says what a test says."""
    bank = Bank()
    for module in (accept, asked_bank, notifications, accept_refund, processing):
        monkeypatch.setattr(module, "acquirer", lambda: bank)
    return bank


@pytest.fixture
def order(merchant_id, sent):
    return new_order(merchant_id)


@pytest.fixture
def paid(order):
    """A payment whose money the simulated bank holds, or the test's if it has one."""
    payment_id = pay(order)
    settle(payment_id)
    return records.find(payment_id)
