"""The ledger's pages, and the terms."""

import pytest

from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest, NotFound
from chalicelib.domain.fees import Price, PriceList
from chalicelib.domain.lists import ListQuery
from chalicelib.domain.terms import Terms
from chalicelib.services.books import balance, journal, terms
from tests.unit.services.books.shop import DAY, captured

pytestmark = pytest.mark.usefixtures("sent")


def query(merchant_id, limit=2, cursor=None, **more):
    return ListQuery(merchant_id, limit, 0, cursor, **more)


def test_pages_of_the_ledger_follow_each_other_newest_first(shop, now):
    expected = []
    for number in range(7):
        now[0] += number % 2  # two at the same moment
        expected.append(f"captured.{captured(shop).id}")
    pages, cursor = [], None
    while True:
        page = journal.shown(query(shop, cursor=cursor))
        pages.append([row["id"] for row in page["data"]])
        cursor = page["next_cursor"]
        if not cursor:
            break
    seen = [row for page in pages for row in page]
    assert [len(page) for page in pages] == [2, 2, 2, 1]
    assert sorted(seen) == sorted(expected)
    times = [row["created_at"] for row in journal.shown(query(shop, limit=9))["data"]]
    assert times == sorted(times, reverse=True)


def test_the_ledger_is_read_between_two_times(shop, now):
    first, at = captured(shop), now[0]
    now[0] += DAY
    captured(shop)
    found = journal.shown(query(shop, end=clock.iso(at)))
    (row,) = found["data"]
    assert (row["object_id"], row["payment_id"], row["movement"]) == (first.id, first.id, "captured")
    assert row["earned_on"] == "2026-11-23"
    assert {line["account"]: line["amount"] for line in row["lines"]}["merchant_payable"] == -97_640


@pytest.mark.parametrize("cursor", ["nonsense", "é", "bm8"])
def test_a_cursor_that_is_none_is_refused(shop, cursor):
    with pytest.raises(BadRequest, match="cursor"):
        journal.shown(query(shop, cursor=cursor))


# ------------------------------------------------------------ the terms


def test_terms_price_what_is_captured_later(shop):
    agreed = Terms(PriceList((Price(300, method="card"), Price(100, 50))), settlement_delay=0)
    assert terms.agree(shop, agreed)["settlement_delay"] == 0
    assert terms.of(shop) == agreed
    assert captured(shop).fee == 1050 + 189
    assert balance.shown(shop)["INR"]["pending"] == 0


def test_terms_of_nobody_are_refused(shop):
    with pytest.raises(NotFound):
        terms.agree("nobody", Terms())
    with pytest.raises(NotFound):
        terms.shown("nobody")
