import pytest

from chalicelib.domain.scopes import Scope
from chalicelib.razorpay import operations, router
from chalicelib.razorpay.errors import Refusal

PUBLIC = {"get_result", "get_methods", "get_preferences", "show_checkout"}


@pytest.fixture(autouse=True)
def _registered():
    assert operations.register() > 0


@pytest.mark.parametrize("path", ["v1/orders", "/v1/orders/", "//v1///orders//"])
def test_spare_slashes_do_not_count(path):
    assert router.clean(path) == "/v1/orders"


@pytest.mark.parametrize(
    ("method", "path", "view", "parameters"),
    [
        ("GET", "/v1/orders/order_1", "get_order", ("order_1",)),
        ("HEAD", "/v1/orders/order_1", "get_order", ("order_1",)),
        ("GET", "/v1/payments/pay_1/refunds/rfnd_1", "get_refund_of_payment", ("pay_1", "rfnd_1")),
        ("GET", "/v1/orders/a%2Fb", "get_order", ("a/b",)),
        ("PATCH", "/v2/accounts/acc_1/webhooks/we_1", "edit_webhook_of_account", ("acc_1", "we_1")),
    ],
)
def test_a_path_leads_to_its_view(method, path, view, parameters):
    route, found = router.find(method, path)

    assert (route.view.__name__, found) == (view, parameters)


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1"), ("PUT", "/v1/orders"), ("GET", "/v1/orders/a/b")])
def test_other_paths_and_methods_lead_nowhere(method, path):
    with pytest.raises(Refusal, match="The requested URL was not found on the server"):
        router.find(method, path)


def test_every_route_asks_for_a_scope_but_those_of_a_page():
    assert {route.view.__name__ for route in router.TABLE if route.scope is None} == PUBLIC
    assert {route.scope for route in router.TABLE if route.scope} <= set(Scope)


def test_a_route_that_writes_asks_for_a_scope_that_writes():
    writing = [route for route in router.TABLE if route.method != "GET" and route.view.__name__ not in PUBLIC]

    assert [route.path for route in writing if not (route.scope or "").endswith(":write")] == []
