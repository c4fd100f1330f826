from chalicelib import queues
from chalicelib.config import TEST_MERCHANT_ID
from chalicelib.domain.errors import Unavailable
from chalicelib.persistence.merchants import Merchant
from chalicelib.services.operations import health


def test_the_check_needs_no_merchant(tables, monkeypatch):
    asked, find = [], Merchant.find
    monkeypatch.setattr(Merchant, "find", lambda key, **how: asked.append(key) or find(key, **how))
    report = health.check()
    assert (report["status"], report["database"], report["queue"]) == ("healthy", "connected", "connected")
    assert asked
    assert TEST_MERCHANT_ID not in asked


def test_a_dependency_that_fails_is_named(tables, monkeypatch):
    def fail(_):
        raise Unavailable("The queue did not answer")

    monkeypatch.setattr(queues, "counts", fail)
    report = health.check()
    assert (report["status"], report["database"], report["queue"]) == ("unhealthy", "connected", "disconnected")
