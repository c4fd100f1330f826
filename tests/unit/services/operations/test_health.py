from chalicelib.config import TEST_MERCHANT_ID
from chalicelib.persistence.merchants import Merchant
from chalicelib.services.operations import health


def test_the_check_needs_no_merchant(tables, monkeypatch):
    asked, find = [], Merchant.find
    monkeypatch.setattr(Merchant, "find", lambda key, **how: asked.append(key) or find(key, **how))
    report = health.check()
    assert (report["status"], report["database"], report["queue"]) == ("healthy", "connected", "connected")
    assert asked
    assert TEST_MERCHANT_ID not in asked
