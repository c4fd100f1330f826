from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.acquirers.base import Payee
from chalicelib.acquirers.simulated.links import action_for
from chalicelib.config import Settings
from chalicelib.domain import clock
from chalicelib.domain.upi import check_vpa
from chalicelib.methods.netbanking import Netbanking
from chalicelib.methods.upi import Flow, Upi
from tests.support.banks import NOW, PAYEE, charge


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr(clock, "source", lambda: NOW)


def test_a_upi_link_names_payee_payment_and_amount():
    asked = charge(Upi(Flow.INTENT))
    url = urlsplit(action_for(asked, Settings()).url)
    fields = {name: value for name, [value] in parse_qs(url.query, strict_parsing=True).items()}
    assert (url.scheme, url.netloc) == ("upi", "pay")
    assert check_vpa(fields.pop("pa")) == f"{PAYEE.merchant_id}@simbank"
    assert fields == {
        "pn": "Test Merchant", "tr": asked.payment_id, "am": "500.00", "cu": "INR", "tn": f"Payment {asked.payment_id}",
    }  # fmt: skip


def test_a_name_is_encoded_so_that_no_app_misreads_it():
    url = action_for(charge(Upi(Flow.QR), payee=Payee("m", "Fröhlich & Söhne + Co=1")), Settings()).url
    assert "pn=Fr%C3%B6hlich%20%26%20S%C3%B6hne%20%2B%20Co%3D1&" in url


@pytest.mark.parametrize(
    ("settings", "origin"),
    [
        (Settings(), "http://localhost:3001"),
        (Settings(checkout_port=4001), "http://localhost:4001"),
        (Settings(checkout_origin="https://pay.example/"), "https://pay.example"),
    ],
)
def test_netbanking_leads_to_the_banks_page_beside_the_checkout(settings, origin):
    asked = charge(Netbanking("HDFC"))
    assert action_for(asked, settings).url == f"{origin}/bank?payment_id={asked.payment_id}"


@pytest.mark.parametrize(("waits_until", "expires_at"), [(NOW + 86400, NOW + 600), (NOW + 60, NOW + 60)])
def test_an_action_is_open_for_ten_minutes_or_as_long_as_somebody_waits(waits_until, expires_at):
    assert action_for(charge(Upi(Flow.QR), expires_at=waits_until), Settings()).expires_at == expires_at
