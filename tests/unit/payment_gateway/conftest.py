import pytest

from tests.support.api import Api


@pytest.fixture
def api():
    api = Api()
    yield api
    api.close()
