"""A shop's form that leads the payer to the hosted checkout: nothing but the form's address is ours."""

import json
from pathlib import Path

import pytest
import requests

from tests.e2e.client import KEY
from tests.e2e.razorpay.site import part, pay

pytest.importorskip("playwright.sync_api")
FORM = Path(__file__).parent / "hosted.html"
CANCEL = '[data-test-id="close-modal-button"]'


@pytest.fixture
def hosted(page, site, gateway, order):
    """Posts the shop's form, and returns the window of the page that answers."""
    if not gateway.checkout:
        pytest.skip("CHECKOUT_URL is not set: the hosted form is NOT tested against a real gateway")
    text = FORM.read_text()
    for word, value in {"api": gateway.api, "key": KEY, "order": order["id"], "shop": site.url}.items():
        text = text.replace(f"{{{word}}}", value)
    site.body = text
    page.goto(site.url)
    page.get_by_role("button", name="Pay now").click()
    return page.frame_locator('[data-test-id="payment-iframe"]')


def test_the_callback_url_gets_the_three_fields_that_the_client_verifies(page, hosted, site, shop):
    assert "Acme </script> Corp" in part(hosted, "order-summary").inner_text()
    pay(hosted)
    page.wait_for_url(f"{site.url}/paid")

    [(path, fields)] = site.posted

    assert path == "/paid"
    assert shop.utility.verify_payment_signature(fields)
    payment = shop.payment.fetch(fields["razorpay_payment_id"])
    assert (payment["email"], payment["contact"]) == ("gaurav.kumar@example.com", "+919999999999")
    assert payment["notes"] == {"address": "Corporate Office"}


def test_the_callback_url_gets_the_error_of_a_failed_payment(page, hosted, site, order):
    pay(hosted, "failure@razorpay")
    page.wait_for_url(f"{site.url}/paid")

    [(_, fields)] = site.posted

    assert (fields["error[code]"], fields["error[reason]"]) == ("BAD_REQUEST_ERROR", "payment_failed")
    assert json.loads(fields["error[metadata]"])["order_id"] == order["id"]


def test_a_payer_who_cancels_is_led_to_the_cancel_url(page, hosted, site):
    part(hosted, "vpa-input").wait_for()
    page.locator(CANCEL).click()
    page.wait_for_url(f"{site.url}/cancelled")

    assert site.posted == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"order_id": "order_0000000000000000"}, "The id provided does not exist"),
        ({"order_id": ""}, "The order_id field is required."),
        ({"callback_url": ""}, "The callback_url field is required."),
        ({"callback_url": "javascript:alert(1)"}, "callback_url must be an https URL without a user name"),
        ({"cancel_url": "javascript:alert(1)"}, "cancel_url must be an https URL without a user name"),
        ({"key_id": "key_test_unknown"}, "Authentication failed"),
    ],
)
def test_a_wrong_form_is_answered_by_an_error_and_no_page(gateway_url, order, wrong, sentence):
    form = {"key_id": KEY, "order_id": order["id"], "callback_url": "http://127.0.0.1:9/paid", **wrong}

    answer = requests.post(f"{gateway_url}/v1/checkout/embedded", form, timeout=30)

    assert answer.json()["error"]["description"] == sentence
