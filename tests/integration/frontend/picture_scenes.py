"""The dashboard as README.md shows it: with the data of an ordinary day."""

from playwright.sync_api import expect

from tests.integration.frontend import money_scenes
from tests.integration.frontend.dashboard_scenes import visit
from tests.integration.frontend.fake_gateway import stamp


def payment(page, gateway):
    customer = {"name": "Asha Rao", "email": "asha@example.com", "contact": None}
    order = gateway.add_order(
        amount=129_900, status="paid", receipt="INV-2026-1003", description="Monsoon umbrella", customer=customer
    )
    taken = {"captured": True, "captured_at": stamp(), "fee": 2_598, "tax": 468}
    identifier = gateway.add_payment(order, method="card", **taken)
    refund = gateway.refund(identifier, {"amount": 29_900, "reason": "Damaged in transit"})[1]
    gateway.refunds[refund["id"]].update(status="processed", processed_at=stamp())
    gateway.add_webhook()
    visit(page, f"/dashboard/transactions/{identifier}")
    page.get_by_role("heading", name="Timeline").wait_for()


def sandbox(page, gateway):
    money_scenes.sandbox(page, gateway)
    expect(page.locator(".toast")).to_have_count(0)
    page.evaluate("scrollTo(0, 0)")
