import json
from dataclasses import replace

import pytest

from chalicelib import methods
from chalicelib.config import settings
from chalicelib.domain import clock, declines
from chalicelib.domain.payments import FACES, State
from chalicelib.domain.webhooks import compact_json
from chalicelib.methods.card import CardOnFile
from chalicelib.methods.netbanking import Netbanking
from chalicelib.methods.upi import Flow, Upi
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.persistence.webhook_endpoints import PreviousSecret, WebhookEndpoint
from chalicelib.services import views

NOW = 1_800_000_000.0
MADE = clock.iso(NOW)
ACTION = {"type": "redirect", "url": "https://bank.example/", "expires_at": NOW + 600.5}
NEW_FIELDS = {"next_action", "fee", "tax", "late", "captured_at", "voided_at"}


def payment(instrument=Upi(vpa="user@paytm"), **attributes):  # noqa: B008  # it is frozen
    return Payment("pay_1", **{
        "order_id": "order_1", "merchant_id": "m", "amount": 100, "currency": "INR", "state": State.PENDING,
        "method": methods.stored(instrument)["method"], "instrument": methods.stored(instrument), "amount_refunded": 0,
        "created_at": MADE, "updated_at": MADE, **attributes,
    })  # fmt: skip


def order(**attributes):
    return Order("order_1", **{
        "merchant_id": "m", "amount": 100, "currency": "INR", "notes": {}, "status": "created", "amount_paid": 0,
        "attempts": 0, "payment_ids": [], "created_at": MADE, "updated_at": MADE, **attributes,
    })  # fmt: skip


def test_an_order_always_shows_every_field():
    assert views.order(order()) == {
        "id": "order_1", "merchant_id": "m", "amount": 100, "currency": "INR", "receipt": None, "notes": {},
        "status": "created", "amount_paid": 0, "attempts": 0, "created_at": MADE, "updated_at": MADE, "amount_due": 100,
        "capture": "manual", "capture_within": None, "expires_at": None, "return_url": None, "description": None,
        "customer": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ({}, None),
        ({"name": "Asha"}, {"name": "Asha", "email": None, "contact": None}),
        ({"id": "cust_1", "name": None, "email": "a@b.example", "contact": "1"},
         {"name": None, "email": "a@b.example", "contact": "1"}),
    ],
)  # fmt: skip
def test_an_order_shows_the_same_fields_of_every_customer(told, shown):
    assert views.order(order(customer=told))["customer"] == shown


def test_an_order_shows_when_it_ends_and_what_is_still_due():
    shown = views.order(order(capture="automatic", expires_at=NOW + 0.5, amount_paid=100))

    assert (shown["capture"], shown["expires_at"]) == ("automatic", clock.iso(NOW + 0.5))
    assert shown["amount_due"] == 0


@pytest.mark.parametrize(
    ("instrument", "fields"),
    [
        (Upi(vpa="user@paytm"), {"method": "upi", "vpa": "user@paytm", "flow": "collect"}),
        (Upi(Flow.QR), {"method": "upi", "vpa": None, "flow": "qr"}),
        (CardOnFile("visa", "1111"), {"method": "card", "card_network": "visa", "card_last4": "1111"}),
        (Netbanking("HDFC"), {"method": "netbanking", "bank": "HDFC"}),
    ],
    ids=str,
)
def test_a_new_payment_shows_the_contracts_fields_of_its_method_and_what_was_added(instrument, fields):
    shown = views.new_payment(payment(instrument))

    own = {"id", "order_id", "merchant_id", "amount", "currency", "status", "captured", "created_at", "updated_at"}
    assert shown.keys() == own | fields.keys() | NEW_FIELDS
    assert {name: shown[name] for name in fields} == fields


@pytest.mark.parametrize(("state", "face"), FACES.items())
def test_a_payment_has_the_status_of_its_states_face(state, face):
    shown = views.payment(payment(state=state))

    assert (shown["status"], shown["captured"]) == (face.status, face.captured)


@pytest.mark.parametrize("state", State)
def test_the_payer_is_asked_to_act_only_while_the_bank_waits(state):
    shown = views.payment(payment(state=state, next_action=ACTION))["next_action"]

    asked = {"type": "redirect", "url": "https://bank.example/", "expires_at": clock.iso(NOW + 600.5)}
    assert shown == (asked if state == State.REQUIRES_ACTION else None)


def test_every_view_of_a_payment_fits_into_a_webhook():
    full = payment(state=State.REQUIRES_ACTION, next_action=ACTION, late=True, captured_at=MADE)

    text = compact_json({"payment": views.payment(full), "order": views.order(order(expires_at=NOW))})

    assert json.loads(text)["payment"]["late"] is True


def test_an_error_has_a_sentence_for_the_merchant_and_another_for_the_payer():
    shown = views.payment(payment(state=State.FAILED, error_code="LOST_CARD"))

    assert shown["error_description"] == declines.merchant_text("LOST_CARD")
    told = views.public(shown)
    assert told["error_code"] == "LOST_CARD"
    assert told["error_description"] == declines.payer_text("LOST_CARD") != shown["error_description"]
    assert "merchant_id" not in told
    assert views.public(views.payment(payment()))["error_description"] is None


@pytest.fixture(params=["dev", "prod"])
def live_stage(request, monkeypatch):
    elsewhere = replace(settings(), stage=request.param)
    monkeypatch.setattr(views, "settings", lambda: elsewhere)


REFUSED_CARDS = sorted(set(declines.DECLINES) - {"CAPTURE_FAILED", "VOID_FAILED", "REFUND_FAILED"})


@pytest.mark.parametrize("code", REFUSED_CARDS)
def test_a_payer_learns_one_reason_for_every_refused_card_and_the_merchant_the_precise_one(live_stage, code):
    shown = views.payment(payment(CardOnFile("visa", "1111"), state=State.FAILED, error_code=code))

    told = views.public(shown)

    assert (shown["error_code"], shown["error_description"]) == (code, declines.merchant_text(code))
    assert (told["error_code"], told["error_description"]) == ("PAYMENT_FAILED", declines.payer_text("PAYMENT_FAILED"))


def test_a_payer_by_another_method_learns_the_reason(live_stage):
    shown = views.public(views.payment(payment(state=State.FAILED, error_code="INCORRECT_PIN")))

    assert (shown["error_code"], shown["error_description"]) == ("INCORRECT_PIN", declines.payer_text("INCORRECT_PIN"))


def test_whoever_has_a_payments_link_does_not_learn_the_payers_upi_address(live_stage):
    shown = views.payment(payment(Upi(vpa="9876543210@paytm")))

    assert shown["vpa"] == "9876543210@paytm"
    assert views.public(shown)["vpa"] == "98***@paytm"
    assert views.public(views.payment(payment(Upi(Flow.QR))))["vpa"] is None


def test_a_test_stage_shows_payers_all_that_a_developer_wants_to_see():
    card = views.payment(payment(CardOnFile("visa", "1111"), state=State.FAILED, error_code="INSUFFICIENT_FUNDS"))

    assert views.public(card)["error_code"] == "INSUFFICIENT_FUNDS"
    assert views.public(views.payment(payment()))["vpa"] == "user@paytm"


@pytest.mark.parametrize(
    ("code", "sentence"), [(None, None), ("REFUND_FAILED", declines.merchant_text("REFUND_FAILED"))]
)
def test_a_refund_says_why_it_failed(code, sentence):
    refund = Refund("rfnd_1", payment_id="pay_1", amount=1, status="failed", error_code=code, created_at=MADE)

    assert (views.refund(refund)["error_code"], views.refund(refund)["error_description"]) == (code, sentence)


@pytest.mark.parametrize(
    ("ends", "shown"),
    [([], None), ([NOW - 1], None), ([NOW + 60], NOW + 60), ([NOW + 60, NOW + 30], NOW + 60), ([NOW, NOW - 5], None)],
)
def test_a_previous_secret_ends_in_the_future_or_is_not_shown(ends, shown, monkeypatch):
    monkeypatch.setattr(clock, "source", lambda: NOW)
    previous = [PreviousSecret(sealed=b"x", expires_at=end) for end in ends]
    endpoint = WebhookEndpoint("m", "we", previous_secrets=previous or None)

    assert views.endpoint(endpoint)["previous_secret_expires_at"] == (shown and clock.iso(shown))
