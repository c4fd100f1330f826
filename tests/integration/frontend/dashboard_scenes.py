"""The dashboard's pages in every state worth looking at."""

from playwright.sync_api import expect

from tests.integration.frontend.fake_gateway import SCRIPT, Refusal, stamp
from tests.integration.frontend.fake_merchant import PASSWORD
from tests.integration.frontend.site import DASHBOARD


def named(page, name):
    return page.locator(f'[data-test-id="{name}"]').first


def sign_in(page, path="/dashboard"):
    page.goto(f"{DASHBOARD}/login?next={path}")
    named(page, "email-input").fill("test@example.com")
    named(page, "password-input").fill(PASSWORD)
    named(page, "login-button").click()
    page.wait_for_url(f"{DASHBOARD}{path}")


def visit(page, path):
    sign_in(page, path)
    page.locator(".page h1").wait_for()
    expect(page.locator("[aria-busy], main .skeleton")).to_have_count(0)


def login(page, _gateway):
    page.goto(f"{DASHBOARD}/login")
    named(page, "login-form").wait_for()


def login_refused(page, gateway):
    login(page, gateway)
    named(page, "email-input").fill("test@example.com")
    named(page, "password-input").fill("wrong")
    named(page, "login-button").click()
    page.get_by_text("Invalid email or password").wait_for()


def home(page, gateway):
    gateway.add_history(14)
    visit(page, "/dashboard")


def home_empty(page, _gateway):
    visit(page, "/dashboard")


def home_error(page, gateway):
    gateway.failing = Refusal(500, "SERVER_ERROR", "Something went wrong on our side")
    sign_in(page)
    page.get_by_text("Something went wrong").first.wait_for()


def transactions(page, gateway):
    gateway.add_history(30)
    visit(page, "/dashboard/transactions")


def transactions_empty(page, _gateway):
    visit(page, "/dashboard/transactions")


def payment(page, gateway):
    identifier = gateway.add_payment(gateway.add_order(amount=129_900, status="paid"))
    gateway.refund(identifier, {"amount": 29_900, "reason": SCRIPT})
    gateway.add_webhook()
    visit(page, f"/dashboard/transactions/{identifier}")
    page.get_by_role("heading", name="Timeline").wait_for()


def payment_refund(page, gateway):
    payment(page, gateway)
    page.get_by_role("button", name="Refund").click()
    page.locator("dialog[open]").wait_for()


def orders(page, gateway):
    for amount in (50_000, 249_900, 9_900):
        gateway.add_order(amount=amount, receipt=SCRIPT if amount == 9_900 else f"receipt-{amount}")
    visit(page, "/dashboard/orders")


def orders_create(page, gateway):
    orders(page, gateway)
    page.get_by_role("button", name="Create order").click()
    page.locator("dialog[open]").wait_for()


def refunds(page, gateway):
    identifier = gateway.add_payment(gateway.add_order(amount=129_900, status="paid"))
    gateway.refund(identifier, {"amount": 29_900, "reason": "Damaged in transit"})
    visit(page, "/dashboard/refunds")


def webhooks(page, gateway):
    gateway.webhook_url = "https://shop.example/hooks"
    gateway.add_endpoint()
    gateway.add_endpoint("https://ledger.example/in", enabled=False, disabled_reason="The endpoint answered 410 Gone")
    gateway.add_webhook("payment.failed", "failed")
    gateway.add_webhook()
    gateway.add_webhook("refund.created", "pending", next_retry_at=stamp(-5))
    visit(page, "/dashboard/webhooks")


def webhooks_add(page, gateway):
    webhooks(page, gateway)
    page.get_by_role("button", name="Add endpoint").click()
    page.locator("dialog[open]").wait_for()


def delivery(page, gateway):
    visit(page, f"/dashboard/webhooks/{gateway.add_webhook('payment.failed', 'failed', response_body=SCRIPT)}")


def dead_letters(page, gateway):
    gateway.dead_letters = [
        {
            "queue": "payments",
            "id": "m1",
            "object_id": "pay_0000000000000001",
            "received": 5,
            "sent_at": stamp(30),
        },
        {
            "queue": "deliveries",
            "id": "m2",
            "object_id": "5f1d3b5e-2f0c-5b63-9a0e-000000000001",
            "received": 5,
            "sent_at": stamp(90),
        },
    ]
    visit(page, "/dashboard/dead-letters")


def docs(page, _gateway):
    visit(page, "/dashboard/docs")
    page.get_by_text("key_test_abc123").first.wait_for()


def reference(page, _gateway):
    page.goto(f"{DASHBOARD}/docs")
    page.locator(".operation").first.wait_for()
    page.locator(".operation summary").nth(2).click()


SCENES = {
    "login": (login, []),
    "login-refused": (login_refused, ["401"]),
    "home": (home, []),
    "home-empty": (home_empty, []),
    "home-error": (home_error, ["500"]),
    "transactions": (transactions, []),
    "transactions-empty": (transactions_empty, []),
    "payment": (payment, []),
    "payment-refund": (payment_refund, []),
    "orders": (orders, []),
    "orders-create": (orders_create, []),
    "refunds": (refunds, []),
    "webhooks": (webhooks, []),
    "webhooks-add": (webhooks_add, []),
    "delivery": (delivery, []),
    "dead-letters": (dead_letters, []),
    "docs": (docs, []),
    "reference": (reference, []),
}
