"""An order's states, and what it may ask for."""

import pytest

from chalicelib.domain.errors import BadRequest
from chalicelib.domain.orders import EDGES, LONGEST_LIFE, OPEN, OrderStatus, check_expires_at, check_return_url

NOW = 1_800_000_000.0


def test_the_edges_are_the_legal_ones():
    assert {(one.source, one.target) for one in EDGES} == {
        ("created", "attempted"), ("attempted", "attempted"), ("attempted", "paid"), ("paid", "attempted"),
        ("created", "expired"), ("attempted", "expired"), ("created", "cancelled"), ("attempted", "cancelled"),
    }  # fmt: skip


def test_nothing_leads_out_of_an_order_that_expired_or_was_cancelled():
    assert not [one for one in EDGES if one.source in {OrderStatus.EXPIRED, OrderStatus.CANCELLED}]


def test_every_state_is_reached_and_the_open_ones_take_a_payment():
    assert {one.target for one in EDGES} | {OrderStatus.CREATED} == set(OrderStatus)
    assert {"created", "attempted"} == OPEN


def test_an_end_is_announced_once():
    announced = {(one.target, one.event) for one in EDGES if one.event}
    assert announced == {("paid", "order.paid"), ("expired", "order.expired"), ("cancelled", "order.cancelled")}


@pytest.mark.parametrize("url", ["https://shop.example/thanks?a=1", "https://127.0.0.1:8443/"])
def test_a_payer_is_sent_back_to_an_https_url(url):
    check_return_url(url, allow_http=False)


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/", "ftp://shop.example/", "javascript:alert(1)", "https://", "https://a b/", "shop.example",
        "https://user@shop.example/", "https://shop.example:0/", "https://shop.example:99999/", "https://shop.example/\n",
        "https://shop.example\\@evil.example/",
    ],
)  # fmt: skip
def test_a_payer_is_sent_to_nothing_else(url):
    with pytest.raises(BadRequest, match="return_url"):
        check_return_url(url, allow_http=False)


def test_a_test_stage_may_send_a_payer_to_plain_http():
    check_return_url("http://localhost:3000/thanks", allow_http=True)


@pytest.mark.parametrize(
    ("moment", "ends"), [(NOW, False), (NOW + 1, True), (NOW + LONGEST_LIFE, True), (NOW + LONGEST_LIFE + 1, False)]
)
def test_an_order_ends_in_the_future_and_within_a_year(moment, ends):
    if ends:
        check_expires_at(moment, NOW)
        return
    with pytest.raises(BadRequest, match="expires_at"):
        check_expires_at(moment, NOW)
