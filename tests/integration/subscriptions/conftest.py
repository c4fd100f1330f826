import pytest

from tests.integration.subscriptions.subscribing import ITEM
from tests.support.surface import make


@pytest.fixture(autouse=True)
def _empty(workers):
    workers.empty()


@pytest.fixture
def plan():
    return make("plans", {"period": "monthly", "interval": 1, "item": ITEM})
