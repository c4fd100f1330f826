"""The limit of webhook endpoints, asked for by many at once."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from chalicelib.domain.errors import BadRequest, NotFound
from chalicelib.services.merchants import accounts
from chalicelib.services.webhooks import endpoints

THREADS = 8


def _many(action, times):
    """How often it was allowed."""

    def is_allowed(_):
        try:
            action()
        except (BadRequest, NotFound):
            return False
        return True

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(is_allowed, range(times)))


def test_of_many_requests_at_once_as_many_get_an_endpoint_as_there_are_places(emulator):
    merchant = accounts.find(accounts.create("Shop", f"{uuid4()}@example.com").id)
    endpoints.set_primary_url(merchant, "http://127.0.0.1:9/")

    def create():
        endpoints.create(merchant.id, "http://127.0.0.1:9/", ["payment.success"], enabled=True)

    assert _many(create, 20) == endpoints.MAX_ENDPOINTS - 1
    found = endpoints.visible(merchant.id)
    assert len(found) == endpoints.MAX_ENDPOINTS
    last = next(endpoint.id for endpoint in found if endpoint.id != merchant.primary_endpoint_id)
    assert _many(lambda: endpoints.delete(merchant, last), 5) == 1
    assert _many(create, 5) == 1
