"""All tables of a running gateway are lost: the last copy comes back, work goes on, and the loss is stated."""

import re

import pytest

from tests.e2e.client import Client

pytestmark = pytest.mark.slow


def test_the_last_copy_comes_back_audit_clean_and_the_loss_is_stated(mortal, tmp_path):
    merchant = Client(mortal.settings.api_origin)
    kept = merchant.captured()
    pending = merchant.pay(merchant.order()["id"])  # the bank takes two seconds, the copy is made meanwhile
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
