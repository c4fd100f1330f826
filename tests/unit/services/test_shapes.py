"""The views send what the OpenAPI document promises: exactly the fields of chalicelib/api/shapes, of their types."""

import json

import msgspec

from chalicelib.api.shapes import answers, books_answers, payer_answers, webhook_answers
from chalicelib.domain import webhooks
from chalicelib.domain.lists import ListQuery
from chalicelib.domain.webhooks import Event
from chalicelib.persistence.deliveries import Delivery
from chalicelib.services import lists, orders, views
from chalicelib.services.events import listing, resending
from chalicelib.services.payments import records
from chalicelib.services.refunds import records as refunds
from chalicelib.services.webhooks import endpoints, log
from tests.unit.services.books.shop import captured
from tests.unit.services.disputes.court import contest, dispute
from tests.unit.services.money import pay, refund


def holds(view, shape):
    msgspec.json.decode(json.dumps(view), type=shape)


def test_an_order_has_its_shape(order):
    holds(views.order(order), answers.Order)
    holds(views.public_order(order, {"name": "Acme", "logo_url": None, "color": None}), payer_answers.PublicOrder)


def test_a_new_payment_has_its_shape(order):
    payment = records.find(pay(order))
    holds(views.new_payment(payment), answers.PendingPayment)
    holds(views.public(views.new_payment(payment)), answers.PendingPublicPayment)


def test_a_settled_payment_and_its_paid_order_have_their_shapes(paid):
    holds(views.payment(paid), answers.Payment)
    holds(views.public(views.payment(paid)), answers.PublicPayment)
    holds(views.order(orders.find(paid.order_id)), answers.Order)


def test_a_refund_has_its_shape(paid):
    record = refunds.find(refund(paid, 300), paid.merchant_id)
    holds(views.new_refund(record), answers.PendingRefund)
    holds(views.refund(record), answers.Refund)


def test_a_dispute_and_a_page_of_disputes_have_their_shapes(merchant_id, sent):
    made = contest(dispute(captured(merchant_id)))
    holds(views.dispute(made), books_answers.Dispute)
    holds(lists.list_disputes(ListQuery(merchant_id, 10)), books_answers.Disputes)


def test_an_endpoint_and_its_deliveries_have_their_shapes(merchant_id, order, sent):
    endpoint = endpoints.create(merchant_id, "http://127.0.0.1:9/hook", [Event.PAYMENT_CREATED], enabled=True)
    pay(order)
    holds(views.endpoint(endpoint), webhook_answers.Endpoint)
    holds(views.endpoint_with_secret(endpoint, webhooks.new_secret()), webhook_answers.EndpointWithSecret)
    delivery = next(iter(Delivery.scan()))
    holds(views.delivery(delivery), webhook_answers.Webhook)
    holds(log.show(merchant_id, delivery.id), webhook_answers.WebhookDetail)


def test_an_event_and_a_page_of_events_have_their_shapes(merchant_id, paid):
    page = listing.page(ListQuery(merchant_id, 10), None)
    holds(page, webhook_answers.Events)
    holds(page["data"][0], webhook_answers.StoredEvent)
    endpoint = endpoints.create(merchant_id, "http://127.0.0.1:9/hook", [Event.PAYMENT_SUCCESS], enabled=True)
    holds(resending.resend(merchant_id, page["data"][0]["id"], endpoint.id, "r"), webhook_answers.Resent)
