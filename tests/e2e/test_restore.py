"""All tables of a running gateway are lost: the last copy comes back, work goes on, and the loss is stated."""

import re
from base64 import b64encode

import pytest

from tests.e2e.client import KEY, SECRET, Client

pytestmark = pytest.mark.slow
BASIC = {"Authorization": f"Basic {b64encode(f'{KEY}:{SECRET}'.encode()).decode()}"}


def _sell(merchant):
    """Makes a QR code, a plan, a subscription and an item. Returns the id of each by its path."""
    code = {"type": "upi_qr", "usage": "multiple_use", "fixed_amount": True, "payment_amount": 300}
    tea = {"name": "Tea", "amount": 9900, "currency": "INR"}
    sold = {}
    for kind, wanted in {
        "payments/qr_codes": code,
        "items": tea,
        "plans": {"period": "monthly", "interval": 1, "item": tea},
        "subscriptions": {"total_count": 3},
    }.items():
        plan = {"plan_id": next(reversed(sold.values()))} if kind == "subscriptions" else {}
        made = merchant.post(f"/v1/{kind}", wanted | plan).json()
        sold[f"/v1/{kind}/{made['id']}"] = made["id"]
    return sold


def test_the_last_copy_comes_back_audit_clean_and_the_loss_is_stated(mortal, tmp_path):
    merchant = Client(mortal.settings.api_origin)
    kept = merchant.captured()
    pending = merchant.pay(merchant.order()["id"])  # the bank takes two seconds, the copy is made meanwhile
    surface = Client(mortal.settings.api_origin, BASIC)
    sold = _sell(surface)
    copy = tmp_path / "copy.jsonl"
    made = mortal.tool("payment_gateway", "backup", str(copy))
    assert made.returncode == 0, made.stderr
    lost = merchant.order()

    drill = mortal.tool("payment_gateway", "drill", str(copy))

    assert drill.returncode == 0, drill.stdout + drill.stderr
    assert "Everything agrees." in drill.stdout
    assert re.search(r"Lost       [1-9][0-9]* records of the [0-9.]+ minutes after the copy", drill.stdout)
    assert re.search(r"[1-9][0-9]* new in orders", drill.stdout)
    assert merchant.get(f"/api/v1/payments/{kept['id']}").json()["captured"] is True
    assert [surface.get(path).json()["id"] for path in sold] == list(sold.values())
    assert merchant.get(f"/api/v1/orders/{lost['id']}").status_code == 404
    assert merchant.until_settled(f"/api/v1/payments/{pending['id']}")["status"] == "success"
    assert merchant.paid()["status"] == "success"


def test_a_file_that_is_no_copy_wipes_nothing(mortal, tmp_path):
    (tmp_path / "other").write_text("{}")
    merchant = Client(mortal.settings.api_origin)
    order = merchant.order()
    refused = mortal.tool("payment_gateway", "drill", str(tmp_path / "other"))
    assert (refused.returncode, "is not a copy" in refused.stderr) == (1, True)
    assert merchant.get(f"/api/v1/orders/{order['id']}").status_code == 200
