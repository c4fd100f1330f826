import pytest

from chalicelib.acquirers.simulated.bank import SimulatedBank
from chalicelib.config import Settings
from tests.support.banks import bank_with_a_memory


@pytest.fixture
def bank_clock():
    with bank_with_a_memory() as moved:
        yield moved


@pytest.fixture
def bank(bank_clock):
    return SimulatedBank(Settings())
