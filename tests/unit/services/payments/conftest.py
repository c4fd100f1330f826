import pytest

from tests.unit.services.money import new_order, pay


@pytest.fixture
def pays(now, bank, merchant_id, sent):
    """Makes so many payments, each of an order of its own."""

    def make(count, **terms):
        return [pay(new_order(merchant_id, **terms)) for _ in range(count)]

    return make
