"""The dashboard's balance, settlements and sandbox in every state worth looking at."""

from tests.integration.frontend.dashboard_scenes import named, visit
from tests.integration.frontend.fake_gateway import SCRIPT, stamp
from tests.integration.frontend.fake_sandbox import FAULT


def balance(page, gateway):
    gateway.balances = {
        "INR": {"available": 1_250_000, "pending": 97_640, "reserved": 0},
        "USD": {"available": -4_200, "pending": 0, "reserved": 9_900},
    }
    gateway.add_posting("captured", "pay_0000000000000001", merchant_payable=-97_640, fees=-2_000, tax=-360)
    gateway.add_posting("refund_processed", "rfnd_0000000000000001", refunds_in_flight=20_000)
    gateway.add_posting("refund_created", "rfnd_0000000000000001", merchant_payable=20_000)
    visit(page, "/dashboard/balance")


def balance_empty(page, _gateway):
    visit(page, "/dashboard/balance")


def balance_lines(page, gateway):
    balance(page, gateway)
    page.get_by_role("button", name="Lines").last.click()
    page.locator("dialog[open]").wait_for()


def settlements(page, gateway):
    for status in ("returned", "processed", "created"):
        gateway.add_settlement(status)
    visit(page, "/dashboard/settlements")


def settlement(page, gateway):
    visit(page, f"/dashboard/settlements/{gateway.add_settlement()}")


def settlement_returned(page, gateway):
    visit(page, f"/dashboard/settlements/{gateway.add_settlement('returned')}")


def disputed(gateway):
    """A captured payment that a payer can dispute."""
    return gateway.add_payment(gateway.add_order(amount=129_900, status="paid", receipt="INV-7"), captured=True)


def disputes(page, gateway):
    for status in ("won", "lost", "under_review", "open"):
        gateway.add_dispute(disputed(gateway), status)
    visit(page, "/dashboard/disputes")


def dispute(page, gateway):
    visit(page, f"/dashboard/disputes/{gateway.add_dispute(disputed(gateway))}")


def dispute_contest(page, gateway):
    dispute(page, gateway)
    page.get_by_role("button", name="Contest").click()
    page.locator("dialog[open]").wait_for()


def dispute_lost(page, gateway):
    given = {"evidence": {"summary": SCRIPT, "parcels": [{"tracking_number": "AB123"}]}, "submitted_at": stamp()}
    visit(page, f"/dashboard/disputes/{gateway.add_dispute(disputed(gateway), 'lost', **given)}")


def sandbox(page, gateway):
    gateway.faults = [{**FAULT, "id": "flt_1"}, {**FAULT, "id": "flt_2", "effect": "hang", "match": "*", "times": 3}]
    visit(page, "/dashboard/sandbox")
    page.get_by_role("button", name="Trigger").click()
    page.get_by_text("Made for it").wait_for()
    page.locator("summary", has_text="UPI IDs").click()


def sandbox_moving(page, gateway):
    gateway.pace = 0.0  # the jump is under way and stays there
    visit(page, "/dashboard/sandbox")
    page.get_by_role("button", name="3 days").click()
    page.get_by_text("On the way to").wait_for()


def sandbox_fault(page, _gateway):
    visit(page, "/dashboard/sandbox")
    page.get_by_role("button", name="Add fault").click()
    page.locator("dialog[open]").wait_for()


def payment_pending(page, gateway):
    visit(page, f"/dashboard/transactions/{gateway.add_payment(gateway.add_order(status='attempted'), 'pending')}")
    named(page, "sandbox-acts").wait_for()


SCENES = {
    "payment-pending": (payment_pending, []),
    "balance": (balance, []),
    "balance-empty": (balance_empty, []),
    "balance-lines": (balance_lines, []),
    "settlements": (settlements, []),
    "settlement": (settlement, []),
    "settlement-returned": (settlement_returned, []),
    "disputes": (disputes, []),
    "dispute": (dispute, []),
    "dispute-contest": (dispute_contest, []),
    "dispute-lost": (dispute_lost, []),
    "sandbox": (sandbox, []),
    "sandbox-moving": (sandbox_moving, []),
    "sandbox-fault": (sandbox_fault, []),
}
