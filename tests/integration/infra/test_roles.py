"""Each function's role allows what its code asks AWS for, and nothing else.

Every flow is walked with a listener on the application's own AWS clients, so a forgotten right and a needless one both fail.
"""

import time

import pytest

from chalicelib import aws, queues
from chalicelib.domain import clock
from chalicelib.persistence import deadlines
from chalicelib.services.merchants import keys
from chalicelib.services.merchants.credentials import Caller
from chalicelib.services.operations import dead_letters
from chalicelib.services.webhooks import shares
from functions import run_deadlines
from infra.deployment import vendor
from infra.local import transport
from infra.local.mappings import Context
from tests.support import shop as module
from tests.support import surface
from tests.support.cold import forget_everything
from tests.support.emulated import STACK_NAME
from tests.support.receiver import Receiver
from tests.support.roles import Access, Recorder, allowed, covers, payers_tries_are_counted, report, walk_events
from tests.support.stored import settings_name_secrets, stored
from tests.support.walks import SCHEDULED, walk_disputes, walk_settlements, walk_waiting

FUNCTIONS = {
    "functions.process_payment.handler": "ProcessPaymentRole",
    "functions.process_refund.handler": "ProcessRefundRole",
    "functions.process_settlement.handler": "ProcessSettlementRole",
    "functions.deliver_webhook.handler": "DeliverWebhookRole",
    SCHEDULED: "RunDeadlinesRole",
}
WORKER_ROLES = {
    "ProcessPaymentRole": ["payments"],
    "ProcessRefundRole": ["refunds"],
    "ProcessSettlementRole": ["settlements"],
    "DeliverWebhookRole": ["deliveries", "deliveries-slow"],
}
ROLES = ["ApiRole", *FUNCTIONS.values()]
# Read only where another worker was faster with the same job, which no single process can show.
LOST_RACES = {
    "ProcessPaymentRole": {Access("dynamodb:GetItem", "table/payments")},
    "ProcessRefundRole": {Access("dynamodb:GetItem", "table/refunds")},
    "ProcessSettlementRole": {Access("dynamodb:GetItem", "table/settlements")},
    "DeliverWebhookRole": {Access("dynamodb:GetItem", "table/webhook-deliveries")},
}
# Done with the function's role by the daemon that Lambda runs beside it.
TRACED = {role: {Access("xray:PutTraceSegments", "*"), Access("xray:PutTelemetryRecords", "*")} for role in ROLES}
TRACED["RunDeadlinesRole"] = set()
SECRETS = {"ADMIN_TOKEN": "t" * 32, "BANK_NOTIFICATION_SECRET": "b" * 32}
QUEUES = ("payments", "refunds", "settlements", "deliveries")
POLLING = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")


def polls(names):
    """Done by Lambda's event source mapping with the function's role."""
    return {Access(action, f"queue/{name}") for action in POLLING for name in names}


@pytest.fixture(scope="module")
def recorder(emulator):
    """Clients that go botocore's whole way: the short way of the other tests shows a listener nothing."""
    forget_clients()
    yield Recorder([aws.client(name) for name in sorted(vendor.CALLED)], STACK_NAME)
    forget_clients()
    transport.shorten(aws._session())


def forget_clients():
    aws._session.cache_clear()
    aws._create.cache_clear()


@pytest.fixture(scope="module")
def walked(recorder, shop, workers, module_receiver):
    """Everything that the API and the functions can do, done once with cold caches."""
    original = module.load_handler

    def load_handler(name):
        function = original(name)

        def handler(event, context):
            forget_everything()
            with recorder.running(FUNCTIONS[name]):
                return function(event, context)

        return handler

    module.load_handler = load_handler
    try:
        walk_deadlines(recorder)
        forget_everything()
        with recorder.running("ApiRole"), payers_tries_are_counted(), settings_name_secrets(), stored(**SECRETS):
            walk(shop, workers, module_receiver, recorder)
    finally:
        module.load_handler = original
    return recorder.seen


@pytest.fixture(scope="module")
def module_receiver():
    server = Receiver()
    yield server
    server.close()


def walk(shop, workers, receiver, recorder):
    workers.empty()
    shop.ask("GET", "/health")
    endpoint = walk_merchant(shop, receiver)
    walk_money(shop, workers, receiver)
    walk_waiting(shop, workers)
    walk_disputes(shop, workers)
    walk_settlements(shop, workers, recorder)
    walk_reading(shop)
    walk_events(shop, workers)
    surface.walk(shop, workers)
    walk_orphans(workers)
    walk_slow_lane(shop, workers)
    walk_dead_letters(shop, workers, recorder)
    shop.ask("DELETE", endpoint)
    shop.ask("PUT", "/merchants/webhook", {"webhook_url": None})


def walk_deadlines(recorder):
    """One of each queue is due, before another run has moved the cursors; no record belongs to it."""
    now = clock.now()
    for name in queues.QUEUES:
        work = queues.Job(name, "nothing", now, sent_at=0)
        deadlines.row(name, work.object_id, now, queues.encode(work)).write()
    forget_everything()
    with recorder.running("RunDeadlinesRole"):
        run_deadlines.handler({}, Context("RunDeadlines", 55))


def walk_merchant(shop, receiver):
    walk_keys(shop)
    signed_in = shop.ask("POST", "/auth/session", {"email": "test@example.com", "password": "password123"}).body
    bearer = {"Authorization": f"Bearer {signed_in['token']}"}
    for method, path in (("GET", "/merchants/profile"), ("DELETE", "/auth/session")):
        shop.ask(method, path, headers={**bearer, "X-Api-Key": "", "X-Api-Secret": ""})
    shop.ask("POST", "/auth/session", {"email": "test@example.com", "password": "wrong"})
    shop.ask("GET", "/orders", headers={"X-Api-Secret": "wrong"})
    shop.ask("PUT", "/merchants/webhook", {"webhook_url": receiver.url("/hook")})
    for path in ("/merchants/webhook/regenerate-secret", "/merchants/webhook/test", "/merchants/reveal"):
        shop.ask("POST", path)
    endpoint = shop.make(
        "/webhook-endpoints",
        {"url": receiver.url("/second"), "events": ["payment.success", "order.paid", "settlement.processed"]},
    )
    one = f"/webhook-endpoints/{endpoint['id']}"
    shop.ask("PATCH", one, {"enabled": True})
    for method, path in (
        ("POST", f"{one}/rotate-secret"), ("POST", f"{one}/test"), ("POST", f"{one}/reveal-secret"),
        ("GET", one), ("GET", "/webhook-endpoints"),
    ):  # fmt: skip
        shop.ask(method, path)
    shop.ask("POST", f"{one}/replay", {"from": "2020-01-01T00:00:00Z"})
    walk_another_merchant(shop)
    return one


def walk_keys(shop):
    made = shop.make("/keys", {"name": "Till", "scopes": ["orders:read", "orders:write"]})
    for method, body in (("PATCH", {"name": "Tills"}), ("DELETE", None)):
        shop.ask(method, f"/keys/{made['id']}", body)
    shop.ask("GET", "/keys")
    shop.ask("DELETE", "/auth/sessions")


def walk_another_merchant(shop):
    """The operator makes it, and it rotates its key; the test merchant's own key is for the other tests."""
    wanted = {"name": "Another", "email": f"{time.time_ns()}@example.com"}
    made = shop.ask("POST", "/admin/merchants", wanted, headers={"Authorization": f"Bearer {SECRETS['ADMIN_TOKEN']}"})
    assert made.status == 201
    keys.rotate(Caller(made.body["id"]))


def walk_money(shop, workers, receiver):
    receiver.scripts["/hook"] = lambda number: 500 if number == 1 else 200
    order = shop.ask("POST", "/orders", {"amount": 500}, headers={"Idempotency-Key": f"order {time.time()}"}).body
    shop.ask("POST", "/payments", {"order_id": order["id"], "method": "upi", "vpa": "x"})
    payment = shop.pay_by_card(order["id"])
    by_payer = {"order_id": shop.order()["id"], "key": "key_test_abc123", "method": "card", "card": module.CARD}
    assert shop.ask("POST", "/payments/public", by_payer).status == 201
    failing = shop.pay(shop.order()["id"], "failure@upi")
    workers.drain()
    shop.ask("POST", f"/payments/{payment['id']}/capture", {"amount": 500})
    for amount in (100, 131_31):
        shop.ask(
            "POST",
            f"/payments/{payment['id']}/refunds",
            {"amount": amount},
            headers={"Idempotency-Key": f"r {time.time()}"},
        )
    big = shop.pay(shop.order(500_00)["id"])
    workers.drain()
    shop.make(f"/payments/{big['id']}/refunds", {"amount": 131_31})
    workers.drain()
    for path in (
        f"/payments/{payment['id']}/timeline",
        f"/payments/{failing['id']}",
        f"/payments/{payment['id']}/public",
    ):
        shop.ask("GET", path)


def walk_reading(shop):
    for path in ("/orders", "/payments", "/refunds", "/settlements", "/webhooks"):
        rows = shop.get(path)["data"]
        shop.ask("GET", f"{path}/{rows[0]['id']}")
        shop.ask("GET", f"{path}?limit=1&cursor={shop.get(path + '?limit=1')['next_cursor']}")
        shop.ask("GET", f"{path}?from=2020-01-01T00:00:00Z&offset=1")
    order = shop.get("/orders")["data"][0]["id"]
    payment = shop.get("/refunds")["data"][0]["payment_id"]
    delivery = shop.get("/webhooks")["data"][0]["id"]
    for path in (
        f"/orders/{order}/public", f"/payments?order_id={order}", f"/refunds?payment_id={payment}", "/payments?status=failed",
        "/dashboard/stats", "/test/merchant", "/test/jobs/status", "/dead-letters", "/webhooks?status=failed",
        "/balance", "/ledger",
    ):  # fmt: skip
        shop.ask("GET", path)
    shop.ask("POST", f"/webhooks/{delivery}/retry")


def walk_orphans(workers):
    """Jobs whose records are missing: put off while they are young."""
    queues.send(
        *(queues.job(name, "nothing", "") for name in ("payments", "refunds")),
        queues.job("settlements", "setl_nothing", ""),
    )
    workers.drain()


def walk_slow_lane(shop, workers):
    """The merchant is taken to use more than its share of the workers."""
    charge = shares.charge
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shares, "charge", lambda merchant_id, _: charge(merchant_id, shares.PORTION_SECONDS))
        patch.setattr(shares, "is_over", lambda _: True)
        shop.ask("POST", "/merchants/webhook/test")
        workers.drain()


def walk_dead_letters(shop, workers, recorder):
    """Each worker gets a job for the last time, and a letter of the test merchant's is sent back."""
    shop.ask("GET", "/dead-letters")
    workers_of = [function for function in FUNCTIONS if function != SCHEDULED]
    for function, name, path in zip(
        workers_of, QUEUES, ("/payments", "/refunds", "/settlements", "/webhooks"), strict=True
    ):
        work = queues.job(name, shop.get(path)["data"][0]["id"], "")
        attributes = {"ApproximateReceiveCount": str(queues.MAX_RECEIVES)}
        record = {"messageId": "last", "attributes": attributes, "body": queues.encode(work)}
        answer = module.load_handler(function)({"Records": [record]}, Context(function, 30))
        assert answer == {"batchItemFailures": []}
        with recorder.running(""):
            dead_letters.note({"dead": work})
        assert shop.ask("POST", "/dead-letters/redrive", {"queue": name}).body["redriven"] == 1
    workers.drain()


@pytest.mark.parametrize("role", ROLES)
def test_a_role_allows_all_that_its_code_asks_for(walked, role):
    granted = allowed(role)
    missing = {access for access in walked[role] | TRACED[role] if not covers(granted, access)}

    assert not missing, report(missing)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_allows_nothing_that_its_code_never_asks_for(walked, role):
    asked = walked[role] | LOST_RACES.get(role, set()) | TRACED[role]
    asked |= polls(WORKER_ROLES[role]) if role in WORKER_ROLES else set()
    needless = {grant for grant in allowed(role) if not any(covers([grant], access) for access in asked)}

    assert not needless, report(needless)
