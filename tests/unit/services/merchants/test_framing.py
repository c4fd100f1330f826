"""A merchant says which pages may frame his checkout; a payer's page learns yes or no, and not the list."""

import pytest

from chalicelib.domain.ids import new_id
from chalicelib.services.caching import TimedCache
from chalicelib.services.merchants import accounts, framing
from tests.unit.services.payments.test_a_payments_life_over_http import Caller

SHOP = "https://shop.example"


@pytest.fixture
def caller(tables, monkeypatch):
    monkeypatch.setattr(framing, "_allowed", TimedCache(framing.MEMORY_SECONDS))
    return Caller(accounts.create("Frames", f"{new_id('frames')}@example.com").pair)


def allow(caller, *origins, status=200):
    return caller.ask("PATCH", "/merchants/profile", {"allowed_frame_origins": list(origins)}, status)


def shown(caller, order, *around):
    query = f"?frame_origins={'%20'.join(around)}" if around else ""
    return caller.ask("GET", f"/orders/{order}/public{query}")


def test_without_the_setting_any_page_may_frame_the_checkout(caller):
    assert caller.ask("GET", "/merchants/profile")["allowed_frame_origins"] == []
    assert shown(caller, caller.order(), "https://anywhere.example")["frame_allowed"] is True


def test_with_the_setting_only_the_named_pages_may(caller):
    order = caller.order()
    assert shown(caller, order, "https://evil.test")["frame_allowed"] is True
    assert allow(caller, SHOP, "https://www.shop.example:8443")["allowed_frame_origins"] == [
        SHOP, "https://www.shop.example:8443",
    ]  # fmt: skip
    answers = {
        (SHOP,): True, ("https://www.shop.example:8443", SHOP): True, ("https://evil.test",): False, ("null",): False,
        (SHOP, "https://evil.test"): False, ("https://www.shop.example",): False, ("http://shop.example",): False,
    }  # fmt: skip
    assert {around: shown(caller, order, *around)["frame_allowed"] for around in answers} == answers
    allow(caller)
    assert shown(caller, order, "https://evil.test")["frame_allowed"] is True


def test_the_public_order_is_the_contracts_where_no_frame_is_named_and_never_shows_the_list(caller):
    allow(caller, SHOP)
    order = caller.order()
    contract = {"id", "amount", "currency", "status", "description", "merchant_name", "merchant"}
    assert shown(caller, order).keys() == contract
    framed = shown(caller, order, SHOP)
    assert framed.keys() == contract | {"frame_allowed"}
    assert SHOP not in str(framed)


@pytest.mark.parametrize(
    "origin", ["shop.example", "https://", "https://shop.example/pay", "https://*.shop.example", "ftp://shop.example",
               "https://user@shop.example", "https://shop.example ", "null", "*", "https://shop.example\n"],
)  # fmt: skip
def test_what_is_no_origin_is_refused_and_changes_nothing(caller, origin):
    error = allow(caller, SHOP, origin, status=400)["error"]
    assert error["field"] == "allowed_frame_origins"
    assert caller.ask("GET", "/merchants/profile")["allowed_frame_origins"] == []


def test_origins_are_kept_as_browsers_write_them(caller):
    told = allow(caller, "HTTPS://Shop.Example", "https://shop.example:443", "http://localhost:3001")
    assert told["allowed_frame_origins"] == [SHOP, "http://localhost:3001"]


def test_a_profile_names_at_most_twenty_origins(caller):
    allow(caller, *(f"https://shop{number}.example" for number in range(21)), status=400)
