"""Lists: newest first, by cursor and by offset, with totals and filters."""

from uuid import uuid4

import pytest

RECEIPT = f"lists-{uuid4()}"


@pytest.fixture(scope="module")
def orders(client):
    """Seven, newest first, that nobody else has."""
    return [client.order(receipt=RECEIPT)["id"] for _ in range(7)][::-1]


@pytest.fixture
def page(client):
    def ask(**parameters):
        query = "&".join(f"{name}={value}" for name, value in ({"receipt": RECEIPT} | parameters).items())
        return client.get(f"/api/v1/orders?{query}").json()

    return ask


def ids(page):
    return [row["id"] for row in page["data"]]


def test_a_list_is_newest_first_with_its_exact_total(orders, page):
    shown = page()

    assert ids(shown) == orders
    assert (shown["total"], shown["limit"], shown["offset"], shown["next_cursor"]) == (7, 10, 0, None)


def test_cursors_lead_through_every_row_once(orders, page):
    seen, cursor = [], None
    while cursor is not None or not seen:
        shown = page(limit=3, **({"cursor": cursor} if cursor else {}))
        assert shown["total"] == 7
        seen += ids(shown)
        cursor = shown["next_cursor"]

    assert seen == orders


def test_offsets_lead_through_every_row_once_and_end_in_an_empty_page(orders, page):
    pages = [page(limit=3, offset=offset) for offset in (0, 3, 6, 7, 9)]

    assert [row for shown in pages for row in ids(shown)] == orders
    assert [shown["next_cursor"] is None for shown in pages] == [False, False, True, True, True]


def test_a_cursor_of_one_list_with_another_period_is_no_error(client, orders, page):
    created = client.get(f"/api/v1/orders/{orders[0]}").json()["created_at"]
    cursor = page(limit=3)["next_cursor"]

    assert page(limit=3, cursor=cursor, to="2020-01-01")["data"] == []
    assert page(limit=3, cursor=cursor, **{"from": created})["data"] == []


def test_a_period_includes_both_its_ends(client, orders, page):
    created = client.get(f"/api/v1/orders/{orders[3]}").json()["created_at"]

    assert ids(page(**{"from": created, "to": created})) == [orders[3]]
    assert ids(page(**{"from": created[:10], "to": created[:10]})) == orders


def test_payments_are_filtered_by_status_method_and_order(client):
    paid, failed = client.paid(), client.pay(client.order()["id"], vpa="failure@upi")
    client.until_settled(f"/api/v1/payments/{failed['id']}")

    def found(query):
        return ids(client.get(f"/api/v1/payments?limit=100&{query}").json())

    assert paid["id"] in found("status=success&method=upi")
    assert failed["id"] in found("status=failed")
    assert paid["id"] not in found("status=failed")
    assert paid["id"] not in found("method=card")
    assert found(f"order_id={paid['order_id']}&status=success") == [paid["id"]]
    assert found(f"order_id={paid['order_id']}&status=failed") == []


def test_the_total_of_all_orders_moves_with_every_order(client):
    before = client.get("/api/v1/orders").json()["total"]
    client.order()

    assert client.get("/api/v1/orders").json()["total"] == before + 1


def test_another_list_says_its_total_too(client):
    payment = client.paid(1000)
    refunds = [client.refunded(payment["id"], 100)["id"] for _ in range(3)]

    shown = client.get(f"/api/v1/refunds?payment_id={payment['id']}&limit=2").json()

    assert (shown["total"], ids(shown)) == (3, refunds[:0:-1])
    rest = client.get(f"/api/v1/refunds?payment_id={payment['id']}&limit=2&cursor={shown['next_cursor']}").json()
    assert ids(rest) == refunds[:1]
