import pytest

from chalicelib import acquirers
from chalicelib.acquirers import ACQUIRERS, acquirer
from chalicelib.acquirers.simulated.bank import SimulatedBank
from chalicelib.config import Settings


@pytest.fixture
def configured(monkeypatch):
    def put(name):
        monkeypatch.setattr(acquirers, "settings", lambda: Settings(acquirer=name))
        acquirer.cache_clear()

    yield put
    acquirer.cache_clear()


@pytest.mark.parametrize("name", ACQUIRERS)
def test_every_registered_bank_can_be_made(configured, name):
    configured(name)
    assert acquirer() is acquirer()


def test_the_default_is_the_simulated_one(configured):
    configured(Settings().acquirer)
    assert isinstance(acquirer(), SimulatedBank)


def test_an_unknown_name_is_refused_with_the_known_ones(configured):
    configured("acme")
    with pytest.raises(ValueError, match="ACQUIRER must be one of simulated, not 'acme'"):
        acquirer()
