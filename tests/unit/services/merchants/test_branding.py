"""A merchant says how payers see it."""

import pytest

from chalicelib.domain.ids import new_id
from chalicelib.services.merchants import accounts
from tests.unit.services.payments.test_a_payments_life_over_http import Caller

LOGO = "https://shop.example/logo.png"


@pytest.fixture
def caller(tables):
    return Caller(accounts.create("Asha's", f"{new_id('brand')}@example.com").pair)


def change(caller, status=200, **wanted):
    return caller.ask("PATCH", "/merchants/profile", wanted, status)


def face(caller):
    return caller.ask("GET", f"/orders/{caller.order()}/public")["merchant"]


def test_a_new_merchant_shows_its_name_alone(caller):
    assert face(caller) == {"name": "Asha's", "logo_url": None, "color": None}


def test_a_payer_sees_the_name_logo_and_colour_at_once(caller):
    face(caller)
    told = change(caller, name=" Asha Stores ", logo_url=LOGO, color="#4F46E5", time_zone="Asia/Kolkata")
    assert face(caller) == {"name": "Asha Stores", "logo_url": LOGO, "color": "#4f46e5"}
    assert told["time_zone"] == "Asia/Kolkata"


def test_a_field_that_is_not_sent_stays_and_null_removes_it(caller):
    change(caller, logo_url=LOGO, color="#123456", allowed_frame_origins=["https://shop.example"])
    told = change(caller, logo_url=None)
    assert (told["logo_url"], told["color"]) == (None, "#123456")
    assert told["allowed_frame_origins"] == ["https://shop.example"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("color", "red"), ("color", "#12345g"), ("color", ""), ("time_zone", "Asia/../etc"), ("name", "  "), ("name", ""),
     ("logo_url", "javascript:alert(1)"), ("logo_url", "https://user@shop.example/a.png"), ("time_zone", "x" * 101)],
)  # fmt: skip
def test_a_wrong_value_is_refused_by_its_name_and_changes_nothing(caller, field, value):
    assert change(caller, 400, **{field: value})["error"]["field"] == field
    assert face(caller) == {"name": "Asha's", "logo_url": None, "color": None}
