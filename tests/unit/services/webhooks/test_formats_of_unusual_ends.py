"""Razorpay's format where the gateway's own events are others: money that was only held, and what the audit says."""

import json

import boto3
import pytest

from chalicelib.config import settings
from chalicelib.domain.errors import NotFound
from chalicelib.domain.orders import CaptureMode
from chalicelib.domain.webhooks import ALL_EVENTS, Format
from chalicelib.persistence.deliveries import Delivery
from chalicelib.services import links, orders
from chalicelib.services.entities import refunds as entities
from chalicelib.services.entities.webhooks import EVENTS
from chalicelib.services.links import Wish
from chalicelib.services.payments import decide, records
from chalicelib.services.refunds import voided
from chalicelib.services.webhooks import endpoints, log
from chalicelib.services.webhooks.endpoints import Foreign
from infra.audit import audit, stage
from infra.audit.stage import Stage
from tests.unit.services.money import PLAIN, new_order, pay, settle

URL = "http://127.0.0.1:9/hook"


@pytest.fixture
def every(made, bank, now, sent):
    """An endpoint that gets every event of Razorpay's."""
    foreign = Foreign(sorted(EVENTS), "my secret")
    return endpoints.create(made.id, URL, ALL_EVENTS, Format.RAZORPAY, enabled=True, foreign=foreign)


def released(made):
    payment_id = pay(new_order(made.id))
    settle(payment_id)
    decide.void(made.id, payment_id, None, "r")
    return records.find(payment_id)


def bodies(record):
    return [json.loads(log.sent_body(Delivery.find(each))) for each in record.delivery_ids]


def test_held_money_that_goes_back_is_told_as_a_refund_of_a_payment_that_was_not_captured(made, every):
    payment = released(made)

    _, *told = bodies(payment)

    assert [each["event"] for each in told] == ["refund.created", "refund.processed"]
    for each in told:
        refund, of = each["payload"]["refund"]["entity"], each["payload"]["payment"]["entity"]
        assert [refund] == entities.shown(voided.of_payment(made.id, payment.id))
        assert (refund["payment_id"], refund["amount"], refund["status"]) == (payment.id, 1000, "processed")
        assert (of["status"], of["captured"], of["amount_refunded"]) == ("refunded", False, 1000)
    assert len({Delivery.find(each).id for each in payment.delivery_ids}) == 3


def test_the_refund_of_held_money_is_found_by_its_id_and_by_its_owner_only(made, every):
    payment = released(made)
    (refund,) = voided.of_payment(made.id, payment.id)

    assert voided.find(made.id, refund.id).payment_id == payment.id
    with pytest.raises(NotFound):
        voided.find("another", refund.id)


def test_a_payment_that_was_not_voided_has_no_such_refund(made, every):
    payment_id = pay(new_order(made.id))

    assert voided.of_payment(made.id, payment_id) == []
    with pytest.raises(NotFound):
        voided.find(made.id, f"rfnd_{payment_id.partition('_')[2]}")


def test_the_audit_is_clean_where_one_step_has_several_names_or_none(made, every, now, monkeypatch):
    monkeypatch.setattr(stage, "_client", boto3.client)  # a client of an earlier test speaks to another database
    now[0] += 1
    released(made)
    in_parts = new_order(made.id, capture=CaptureMode.AUTOMATIC, first_part_min=100)
    settle(pay(in_parts))
    orders.cancel(made.id, new_order(made.id).id, None, "r")
    links.cancel(made.id, links.create(made.id, PLAIN, Wish(), "r").id, "r")

    found = audit(Stage(settings().stack_name, made.id).snapshot(patience=300, now=now[0]))

    assert [each for each in found if "waits" not in each.rule] == []
