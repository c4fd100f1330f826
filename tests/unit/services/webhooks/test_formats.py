"""Razorpay's format: which of its events an endpoint gets, and that each shows its entities as they were then."""

import hashlib
import hmac
import json

import pytest

from chalicelib.acquirers.base import Declined
from chalicelib.domain.clock import seconds
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.orders import CaptureMode
from chalicelib.domain.webhooks import ALL_EVENTS, Event, Format
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.orders import Order
from chalicelib.persistence.refunds import Refund
from chalicelib.services import links, orders
from chalicelib.services.entities import links as link_entities
from chalicelib.services.entities import orders as order_entities
from chalicelib.services.entities import payments as payment_entities
from chalicelib.services.entities import refunds as refund_entities
from chalicelib.services.entities.webhooks import EVENTS
from chalicelib.services.events import reading, resending
from chalicelib.services.links import Wish
from chalicelib.services.payments import decide, records, settlement
from chalicelib.services.refunds import accept as accept_refund
from chalicelib.services.refunds.accept import Extras
from chalicelib.services.webhooks import endpoints, formats, log
from chalicelib.services.webhooks.endpoints import Change, Foreign
from chalicelib.services.webhooks.formats import Sending
from tests.unit.services.money import PLAIN, by_card, new_order, pay, process, settle, upi

URL, SECRET = "http://127.0.0.1:9/hook", "my secret"
CUSTOMER = {"name": "Asha Rao", "email": "asha@example.com", "contact": "+919876543210"}
ONLY_IN_WEBHOOKS = {"base_amount", "amount_transferred", "fee_bearer", "late_authorized", "provider", "reward"}


def subscribe(merchant, *names):
    foreign = Foreign(list(names), SECRET)
    return endpoints.create(merchant.id, URL, ALL_EVENTS, Format.RAZORPAY, enabled=True, foreign=foreign)


@pytest.fixture
def every(made, bank, now, sent):
    """An endpoint that gets every event of Razorpay's."""
    return subscribe(made, *sorted(EVENTS))


def deliveries(*records):
    return [Delivery.find(each) for record in records for each in record.delivery_ids or ()]


def bodies(*records):
    return [json.loads(log.sent_body(each)) for each in deliveries(*records)]


def automatic(made, **more):
    return new_order(made.id, capture=CaptureMode.AUTOMATIC, notes={"table": "7"}, customer=CUSTOMER, **more)


def settled(order):
    payment_id = pay(order)
    settle(payment_id)
    return records.find(payment_id)


def in_webhooks(entity):
    return {name: value for name, value in entity.items() if name not in ONLY_IN_WEBHOOKS}


def test_an_automatic_order_brings_authorized_captured_and_paid_in_order(made, every):
    payment = settled(automatic(made))

    told = bodies(payment)
    assert [each["event"] for each in told] == ["payment.authorized", "payment.captured", "order.paid"]
    assert [each["contains"] for each in told] == [["payment"], ["payment"], ["payment", "order"]]
    assert {each["account_id"] for each in told} == {f"acc_{made.id}"}
    assert {each["created_at"] for each in told} == {int(seconds(payment.updated_at))}
    states = [each["payload"]["payment"]["entity"] for each in told]
    assert [(each["status"], each["captured"]) for each in states] == [
        ("authorized", False), ("captured", True), ("captured", True),
    ]  # fmt: skip
    assert told[2]["payload"]["order"]["entity"]["status"] == "paid"
    due = [float(each.next_retry_at) for each in deliveries(payment)]
    assert [at - due[0] for at in due] == [0, 1, 2]


@pytest.mark.parametrize("method", [upi, by_card])
def test_a_webhook_shows_the_entities_that_the_surface_shows_at_that_moment(made, every, sent, method):
    order = automatic(made, description="Two books")
    payment_id = pay(order, method(order))
    assert settlement.process([next(work for work in sent if work.object_id == payment_id)]) == []
    payment = records.find(payment_id)

    paid = bodies(payment)[-1]["payload"]

    order = orders.find(order.id)
    assert in_webhooks(paid["payment"]["entity"]) == payment_entities.payment(payment, order, card_shown=True)
    assert paid["order"]["entity"] == order_entities.order(order, captured=True)


def test_a_webhook_that_is_sent_later_shows_the_same_moment(made, every):
    payment = settled(automatic(made))
    before = bodies(payment)

    records.set_notes(made.id, payment.id, {"later": "1"})
    accept_refund.create(made.id, payment.id, 400, None, None, "r")

    assert bodies(records.find(payment.id)) == before


def test_a_manual_order_is_paid_by_its_capture(made, every):
    payment = settled(new_order(made.id))
    (authorized,) = bodies(payment)
    decide.capture(made.id, payment.id, payment.amount, None, "r")

    captured = bodies(records.find(payment.id))[1:]
    assert authorized["event"] == "payment.authorized"
    assert [each["event"] for each in captured] == ["payment.captured", "order.paid"]


def test_a_declined_payment_brings_its_reason(made, every, bank):
    payment_id = pay(new_order(made.id))
    bank.says(payment_id, Declined("INCORRECT_PIN"))
    settle(payment_id)

    (failed,) = bodies(records.find(payment_id))
    entity = failed["payload"]["payment"]["entity"]
    assert (failed["event"], entity["status"], entity["error_reason"]) == ("payment.failed", "failed", "incorrect_pin")


@pytest.mark.parametrize(("answers", "end"), [([], "processed"), ([Declined("REFUND_FAILED")], "failed")])
def test_a_refund_brings_itself_and_its_payment(made, every, bank, answers, end):
    order = automatic(made)
    payment = settled(order)
    extras = Extras(notes={"why": "late"}, receipt="r-7", speed="optimum")
    made_refund = json.loads(accept_refund.create(made.id, payment.id, 400, None, None, "r", extras).body)["id"]
    bank.says(made_refund, *answers)
    reserved = records.find(payment.id)
    process(made_refund)

    refund = Refund.find(made_refund)
    created, ended = bodies(refund)
    assert (created["event"], ended["event"]) == ("refund.created", f"refund.{end}")
    assert created["contains"] == ["refund", "payment"]
    shown = payment_entities.payment(reserved, orders.find(order.id), card_shown=True)
    assert in_webhooks(created["payload"]["payment"]["entity"]) == shown
    assert ended["payload"]["refund"]["entity"] == refund_entities.refund(refund, "INR")
    assert created["payload"]["refund"]["entity"]["status"] == "pending"


def link_of(made):
    return links.create(made.id, PLAIN, Wish(customer=CUSTOMER), "r")


def test_a_paid_link_is_told_with_its_order_and_payment(made, every):
    link = link_of(made)
    payment = settled(orders.find(link.order_id))
    decide.capture(made.id, payment.id, payment.amount, None, "r")

    payment, order = records.find(payment.id), orders.find(link.order_id)
    told = bodies(payment)[-1]
    assert (told["event"], told["contains"]) == ("payment_link.paid", ["payment_link", "order", "payment"])
    assert told["payload"]["payment_link"]["entity"] == link_entities.link(link, order, [payment])


def test_a_cancelled_link_is_told(made, every):
    link = link_of(made)
    links.cancel(made.id, link.id, "r")

    order = orders.find(link.order_id)
    (told,) = bodies(order)
    assert told["event"] == "payment_link.cancelled"
    assert told["payload"] == {"payment_link": {"entity": link_entities.link(link, order, [])}}


def test_an_order_without_a_link_brings_no_link_event(made, every):
    order = new_order(made.id)
    orders.cancel(made.id, order.id, None, "r")
    assert deliveries(Order.find(order.id)) == []


def test_an_endpoint_gets_the_names_that_it_asked_for_only(made, bank, now, sent):
    subscribe(made, "order.paid", "subscription.charged")
    payment = settled(automatic(made))
    assert [each["event"] for each in bodies(payment)] == ["order.paid"]


def test_an_endpoint_of_the_native_api_may_take_the_format(made, bank, now, sent):
    endpoint = endpoints.create(made.id, URL, [Event.PAYMENT_SUCCESS, Event.ORDER_PAID], Format.RAZORPAY, enabled=True)
    payment = settled(automatic(made))
    assert [each["event"] for each in bodies(payment)] == ["payment.authorized", "order.paid"]
    assert [each.event for each in deliveries(payment)] == [Event.PAYMENT_SUCCESS, Event.ORDER_PAID]
    assert {each.endpoint_id for each in deliveries(payment)} == {endpoint.id}


def test_native_events_of_an_endpoint_replace_the_names_of_razorpay(made, every):
    endpoints.change(made.id, every.id, Change(events=[str(Event.PAYMENT_CAPTURED)]))
    payment = settled(automatic(made))
    assert [each["event"] for each in bodies(payment)] == ["payment.captured"]


def test_the_signature_has_the_given_secret_as_its_key_and_ids_differ_by_event_only(made, every):
    payment = settled(automatic(made))
    stored = {event_id: reading.find(made.id, event_id) for event_id in payment.event_ids}

    ids = []
    for each in deliveries(payment):
        body, form = log.sent_body(each), formats.form(each.format)
        twice = [
            form.headers(Sending(stored[each.event_id], each.id, at, body, [SECRET, "old"], each.named))
            for at in (1, 99)
        ]
        assert twice[0] == twice[1]
        expected = hmac.new(SECRET.encode(), body.encode(), hashlib.sha256).hexdigest()
        assert twice[0]["X-Razorpay-Signature"] == expected
        assert twice[0].keys() == {"Content-Type", "X-Razorpay-Signature", "x-razorpay-event-id"}
        ids.append(twice[0]["x-razorpay-event-id"])
    assert len(set(ids)) == 3


def test_an_event_is_sent_again_under_each_of_its_names(made, every):
    payment = settled(automatic(made))
    captured = deliveries(payment)[1].event_id
    again = resending.resend(made.id, captured, every.id, "r")["deliveries"]
    assert [each["id"] for each in again] == list(payment.delivery_ids[1:])


def test_an_event_without_a_counterpart_is_refused_where_the_endpoint_is_named(made, every):
    order = new_order(made.id)
    orders.cancel(made.id, order.id, None, "r")
    (event_id,) = Order.find(order.id).event_ids
    with pytest.raises(BadRequest) as refused:
        resending.resend(made.id, event_id, every.id, "r")
    assert refused.value.field == "endpoint_id"


def test_the_format_has_no_test_event(every):
    with pytest.raises(BadRequest, match="no test event"):
        endpoints.send_test(every, "r")


def test_a_secret_that_the_native_signatures_cannot_use_keeps_its_format(made, every):
    with pytest.raises(BadRequest) as refused:
        endpoints.change(made.id, every.id, Change(format=Format.NATIVE))
    assert refused.value.field == "format"
    endpoints.rotate_secret(made.id, every.id)
    assert endpoints.change(made.id, every.id, Change(format=Format.NATIVE)).format == Format.NATIVE
