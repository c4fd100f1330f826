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


def pass_time(page, milliseconds):
    """Moves the clock of a page that has `page.clock.install()`, and lets what the page asks for then arrive."""
    page.clock.run_for(milliseconds)
    page.wait_for_timeout(300)


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
    gateway.refunds[next(iter(gateway.refunds))].update(
        status="failed", error_code="REFUND_FAILED", error_description="The bank refused the refund"
    )
    page.get_by_role("heading", name="Timeline").wait_for()


def payment_refund(page, gateway):
    payment(page, gateway)
    page.get_by_role("button", name="Refund", exact=True).click()
    page.locator("dialog[open]").wait_for()


def orders(page, gateway):
    for amount in (50_000, 249_900, 9_900):
        gateway.add_order(amount=amount, receipt=SCRIPT if amount == 9_900 else f"receipt-{amount}")
    visit(page, "/dashboard/orders")


def orders_create(page, gateway):
    orders(page, gateway)
    page.get_by_role("button", name="Create order").click()
    page.locator("dialog[open]").wait_for()


def order(page, gateway):
    identifier = gateway.add_order(
        amount=249_900,
        receipt="INV-2026-1003",
        description="Monsoon umbrella",
        notes={"note": SCRIPT},
        customer={"name": "Asha Rao", "email": "asha@example.com", "contact": None},
        status="attempted",
    )
    gateway.add_payment(identifier, "failed", method="card")
    visit(page, f"/dashboard/orders/{identifier}")
    page.get_by_role("heading", name="Attempts to pay").wait_for()


def refund(page, gateway):
    identifier = gateway.add_payment(gateway.add_order(amount=129_900, status="paid"))
    made = gateway.refund(identifier, {"amount": 29_900, "reason": "Damaged in transit"})[1]["id"]
    gateway.refunds[made].update(status="failed", error_code="REFUND_FAILED", error_description="The bank refused it")
    visit(page, f"/dashboard/refunds/{made}")


def search(page, gateway):
    transactions(page, gateway)
    page.keyboard.press("/")
    page.get_by_role("searchbox").fill("receipt-1")
    page.locator("a.found").first.wait_for()


def endpoint(page, gateway):
    identifier = gateway.add_endpoint("https://ledger.example/in")
    for status in ("success", "failed", "success"):
        gateway.add_webhook("payment.success", status, endpoint_id=identifier)
    visit(page, f"/dashboard/webhooks/endpoints/{identifier}")


def events(page, gateway):
    for kind in ("payment.created", "payment.success", "order.paid"):
        gateway.add_event(kind)
    visit(page, "/dashboard/events")


def event(page, gateway):
    visit(page, f"/dashboard/events/{gateway.add_event()}")


def signatures(page, _gateway):
    visit(page, "/dashboard/signatures")
    page.get_by_label("Body").fill('{"event":"payment.success"}')
    page.get_by_label("Headers").fill("X-Webhook-Signature: 5f")
    page.get_by_role("button", name="Check signature").click()
    page.get_by_text("The signature is wrong.").wait_for()


def keys(page, gateway):
    gateway.add_key("key_0000000000000007", "Warehouse", ["orders:read", "payments:read"], last_used_at=stamp(30))
    visit(page, "/dashboard/keys")


def keys_add(page, gateway):
    keys(page, gateway)
    page.get_by_role("button", name="Create key").click()
    page.locator("dialog[open]").wait_for()


def settings(page, gateway):
    gateway.color, gateway.time_zone = "#0a6b45", "Asia/Kolkata"
    visit(page, "/dashboard/settings")


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
    "order": (order, []),
    "refunds": (refunds, []),
    "refund": (refund, []),
    "search": (search, []),
    "webhooks": (webhooks, []),
    "webhooks-add": (webhooks_add, []),
    "delivery": (delivery, []),
    "endpoint": (endpoint, []),
    "events": (events, []),
    "event": (event, []),
    "signatures": (signatures, []),
    "keys": (keys, []),
    "keys-add": (keys_add, []),
    "settings": (settings, []),
    "dead-letters": (dead_letters, []),
    "docs": (docs, []),
    "reference": (reference, []),
}
