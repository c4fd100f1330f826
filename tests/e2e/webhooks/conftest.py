import pytest

from tests.e2e.webhooks.gateway import Gateway
from tests.e2e.webhooks.poisoned import Poisoned
from tests.e2e.webhooks.servers import Receiver
from tests.support.gateway import started


@pytest.fixture(scope="package")
def gateway(tmp_path_factory):
    with started(Gateway(tmp_path_factory.mktemp("webhooks"))) as own:
        yield own


@pytest.fixture(scope="package", autouse=True)
def poisoned(gateway):
    """Begins at once: its way to the dead letters takes longer than any other test."""
    poisoned = Poisoned(gateway)
    yield poisoned
    poisoned.receiver.close()


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def merchant(gateway, request):
    """One that no other test knows."""
    return gateway.merchant(request.node.name.replace("[", "-").replace("]", ""))
