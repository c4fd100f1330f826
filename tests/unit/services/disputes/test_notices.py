"""The bank's notices of a dispute lead to the same dispute, however often and in whatever order they come."""

from dataclasses import replace
from itertools import permutations

import pytest

from chalicelib.acquirers.base import DisputeNotice, Verdict
from chalicelib.domain.disputes import Phase
from chalicelib.domain.errors import BadRequest, Reason
from chalicelib.domain.lists import ListQuery
from chalicelib.persistence import postings
from chalicelib.persistence.disputes import Dispute
from chalicelib.services.disputes import notices, opening
from chalicelib.services.events import listing
from chalicelib.services.payments import notifications
from chalicelib.services.payments import records as payments
from tests.unit.services.books.shop import DAY, captured
from tests.unit.services.disputes.court import accept, contest
from tests.unit.services.money import deadlines_of, new_order, pay, refund, settle

REFERENCE = "case-17"


@pytest.fixture
def payment(shop):
    return captured(shop)


@pytest.fixture
def counted(monkeypatch):
    names = []
    monkeypatch.setattr(notices, "count", lambda name, **_: names.append(name))
    return names


def notice(payment_id, now, verdict=Verdict.OPEN, **changes):
    respond_by = now[0] + 7 * DAY
    whole = DisputeNotice(REFERENCE, payment_id, 40_000, "not_received", Phase.FRAUD, respond_by, verdict)
    return replace(whole, **changes)


def receive(*told):
    for each in told:
        notices.receive(each, "r")
    return Dispute.find(opening.id_of(told[0].payment_id, told[0].reference))


def moved(made):
    """The movements of the dispute in the books, and its events."""
    found = [str(one.movement) for one in postings.between(made.merchant_id, "0", "~") if one.object_id == made.id]
    page = listing.page(ListQuery(made.merchant_id, 10, filters={"object_id": made.id}), None)
    return sorted(found), sorted(event["type"] for event in page["data"])


@pytest.mark.parametrize("verdict", [Verdict.WON, Verdict.LOST])
@pytest.mark.parametrize("order", sorted(set(permutations([0, 0, 1, 1]))))
def test_each_order_of_the_notices_leads_to_the_same_dispute(payment, now, counted, verdict, order):
    opens, ends = notice(payment.id, now), notice(payment.id, now, verdict)
    made = receive(*((opens, ends)[each] for each in order))
    assert (made.status, made.amount, made.reason, made.phase) == (verdict, 40_000, "not_received", "fraud")
    assert made.bank_reference == REFERENCE
    assert moved(made) == (
        sorted(["dispute_opened", f"dispute_{verdict}"]),
        sorted(["dispute.created", f"dispute.{verdict}"]),
    )
    assert payments.find(payment.id).amount_disputed == (0 if verdict == Verdict.WON else 40_000)
    assert counted == []


def test_the_merchant_has_the_time_that_the_bank_names(payment, now):
    made = receive(notice(payment.id, now))
    assert (made.status, made.respond_by) == ("open", now[0] + 7 * DAY)
    assert deadlines_of(made.id) == [now[0] + 7 * DAY]


def test_a_notice_that_comes_late_leaves_time_for_the_verdict(payment, now):
    made = receive(notice(payment.id, now, respond_by=now[0] - DAY))
    assert made.respond_by == now[0] + notices.LEAST_RESPONSE


def test_a_contested_dispute_ends_with_the_banks_verdict(payment, now, counted):
    contest(receive(notice(payment.id, now)))
    assert receive(notice(payment.id, now, Verdict.WON)).status == "won"
    assert counted == []


def test_what_refunds_have_left_is_disputed(payment, now):
    refund(payment, 90_000)
    assert receive(notice(payment.id, now)).amount == 10_000


def test_a_payment_that_is_refunded_whole_is_not_disputed(payment, now):
    refund(payment, 100_000)
    with pytest.raises(BadRequest) as refused:
        receive(notice(payment.id, now))
    assert refused.value.reason == Reason.DISPUTE_EXCEEDS_AVAILABLE


def test_a_notice_before_the_capture_is_refused_and_taken_when_it_comes_again(shop, now):
    payment_id = pay(new_order(shop, amount=100_000, capture="automatic"))
    with pytest.raises(BadRequest) as refused:
        receive(notice(payment_id, now))
    assert refused.value.reason == Reason.NOT_DISPUTABLE
    settle(payment_id)
    assert receive(notice(payment_id, now)).status == "open"


def test_an_ended_dispute_stays_as_it_is_and_the_contradiction_is_counted(payment, now, counted):
    made = accept(receive(notice(payment.id, now)))
    assert receive(notice(payment.id, now, Verdict.WON)).status == made.status == "lost"
    assert counted == ["DisputesContradicted"]
    receive(notice(payment.id, now, Verdict.LOST))
    assert counted == ["DisputesContradicted"]


def test_one_reference_of_two_payments_is_two_disputes(shop, now):
    made = {receive(notice(captured(shop).id, now)).id for _ in range(2)}
    assert len(made) == 2


def test_a_notice_about_a_payment_of_nobody_is_ignored(shop, now):
    assert receive(notice("pay_of_nobody", now)) is None


def test_two_notices_at_once_open_one_dispute(payment, now, monkeypatch):
    """The second has looked before the first has written, and the condition of its transaction tells it so."""
    told, find = notice(payment.id, now), Dispute.find
    receive(told)
    seen = []
    monkeypatch.setattr(Dispute, "find", lambda key: find(key) if seen else seen.append(key))
    notices.receive(told, "r")
    assert payments.find(payment.id).amount_disputed == 40_000


def test_the_route_of_the_banks_notifications_takes_them(payment, now, bank):
    bank.read_notification = lambda _headers, _body: notice(payment.id, now)
    notifications.receive({}, b"", "r")
    assert Dispute.find(opening.id_of(payment.id, REFERENCE)).status == "open"
