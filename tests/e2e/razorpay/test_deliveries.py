"""Webhooks as Razorpay's receivers read them, checked by the official clients' own functions."""

import json
import os
import shutil
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from razorpay.errors import SignatureVerificationError

from infra.environment import ROOT
from tests.e2e.client import KEY, SECRET

SIGNED_WITH = "a secret of the shop"
HAS_NODE = (ROOT / "node_modules" / "razorpay").is_dir() and shutil.which("node")
NODE_PROGRAM = """
const Razorpay = require("razorpay");
const [body, signature, secret] = JSON.parse(require("fs").readFileSync(0, "utf8"));
process.stdout.write(String(Razorpay.validateWebhookSignature(body, signature, secret)));
"""


class Shop:
    """A server that keeps every webhook: (event, headers, raw body), in the order of arrival.

    refuses: the first webhooks that it answers with status 500.
    """

    def __init__(self):
        self.came, self.refuses = [], 0
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                shop.came.append((json.loads(body)["event"], self.headers, body))
                self.send_response(500 if len(shop.came) <= shop.refuses else 200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def hears(self, thing, identifier, number, seconds=40):
        """The webhooks whose payload has this entity, once there are so many."""
        deadline = time.monotonic() + seconds
        while len(mine := [each for each in self.came if _id(each[2], thing) == identifier]) < number:
            assert time.monotonic() < deadline, [event for event, *_ in mine]
            time.sleep(0.05)
        return mine


def _id(body, thing):
    return json.loads(body)["payload"].get(thing, {}).get("entity", {}).get("id")


def entity(webhook, thing):
    return json.loads(webhook[2])["payload"][thing]["entity"]


@pytest.fixture
def receiver(gateway):
    if "127.0.0.1" not in gateway.api and "localhost" not in gateway.api:
        pytest.skip("a gateway on another machine cannot reach a receiver on this one")
    receiver = Shop()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


@pytest.fixture
def subscribe(shop, receiver):
    made = []

    def make(*events):
        made.append(shop.webhook.create({"url": receiver.url, "events": list(events), "secret": SIGNED_WITH}, "acc_1"))
        return made[-1]

    yield make
    for each in made:
        requests.delete(f"{shop.base_url}/v1/webhooks/{each['id']}", auth=(KEY, SECRET), timeout=30)


def test_a_paid_order_is_told_in_order_and_the_clients_accept_every_signature(shop, payer, receiver, subscribe):
    subscribe("payment.authorized", "payment.captured", "order.paid")
    order = shop.order.create({"amount": 50000, "notes": {"table": "7"}})
    payment_id = payer.pay(order["id"])["razorpay_payment_id"]

    came = receiver.hears("payment", payment_id, 3)

    assert [event for event, *_ in came] == ["payment.authorized", "payment.captured", "order.paid"]
    assert [entity(each, "payment")["status"] for each in came] == ["authorized", "captured", "captured"]
    assert entity(came[2], "order") == shop.order.fetch(order["id"])
    assert {json.loads(body)["entity"] for *_, body in came} == {"event"}
    assert len({headers["x-razorpay-event-id"] for _, headers, _ in came}) == 3
    for _, headers, body in came:
        assert shop.utility.verify_webhook_signature(body, headers["X-Razorpay-Signature"], SIGNED_WITH)
    with pytest.raises(SignatureVerificationError):
        shop.utility.verify_webhook_signature(came[0][2], came[1][1]["X-Razorpay-Signature"], SIGNED_WITH)


@pytest.mark.skipif(not HAS_NODE, reason="no Node, or no `npm ci`")
def test_the_client_for_node_accepts_the_raw_body(shop, payer, receiver, subscribe):
    subscribe("payment.captured")
    payment_id = payer.pay(shop.order.create({"amount": 50000, "notes": {"Zoë": "ü€😀"}})["id"])["razorpay_payment_id"]
    ((_, headers, body),) = receiver.hears("payment", payment_id, 1)

    def checked(text):
        given = json.dumps([text, headers["X-Razorpay-Signature"], SIGNED_WITH])
        command = ["node", "-e", NODE_PROGRAM]
        return subprocess.run(
            command, input=given, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True, timeout=60
        ).stdout

    assert checked(body) == "true"
    assert checked(body + " ") == "false"


def test_a_webhook_that_is_tried_again_keeps_its_id_and_its_body(shop, payer, receiver, subscribe):
    receiver.refuses = 1
    subscribe("payment.authorized")
    payment_id = payer.pay(shop.order.create({"amount": 50000})["id"])["razorpay_payment_id"]

    first, second = receiver.hears("payment", payment_id, 2)

    assert first[1]["x-razorpay-event-id"] == second[1]["x-razorpay-event-id"]
    assert first[2] == second[2]


def test_a_refund_is_told_with_its_payment(shop, payer, receiver, subscribe):
    subscribe("refund.created", "refund.processed")
    payment_id = payer.pay(shop.order.create({"amount": 50000, "notes": {"table": "7"}})["id"])["razorpay_payment_id"]
    refund = shop.payment.refund(payment_id, {"amount": 50000, "receipt": "r-9"})

    created, processed = sorted(receiver.hears("refund", refund["id"], 2), key=lambda each: each[0])

    assert (created[0], processed[0]) == ("refund.created", "refund.processed")
    assert entity(created, "refund") == refund
    assert entity(processed, "refund") == shop.refund.fetch(refund["id"])
    assert (entity(created, "payment")["status"], entity(created, "payment")["notes"]) == ("refunded", {"table": "7"})


def test_a_late_success_is_told_after_the_failure(shop, payer, receiver, subscribe):
    subscribe("payment.failed", "payment.authorized", "payment.captured", "order.paid")
    script = {"simulate": "decline PAYMENT_TIMED_OUT, then approve after 3s"}
    order = shop.order.create({"amount": 50000, "notes": script})
    payment_id = payer.ask(order["id"]).json()["error"]["metadata"]["payment_id"]

    came = receiver.hears("payment", payment_id, 4)

    assert [event for event, *_ in came] == ["payment.failed", "payment.authorized", "payment.captured", "order.paid"]
    assert [entity(each, "payment")["late_authorized"] for each in came] == [False, True, True, True]
    assert entity(came[0], "payment")["error_reason"] == "payment_timed_out"


def test_a_part_is_told_as_such_and_the_order_is_paid_by_the_last_one(shop, payer, receiver, subscribe):
    subscribe("payment.captured", "order.paid", "payment_link.paid", "payment_link.partially_paid")
    link = shop.payment_link.create({"amount": 5000, "accept_partial": True})
    first = payer.pay(link["order_id"], amount=2000)["razorpay_payment_id"]
    last = payer.pay(link["order_id"])["razorpay_payment_id"]

    of_last, of_first = receiver.hears("payment", last, 3), receiver.hears("payment", first, 2)

    assert [event for event, *_ in of_first] == ["payment.captured", "payment_link.partially_paid"]
    assert [event for event, *_ in of_last] == ["payment.captured", "order.paid", "payment_link.paid"]
    told = [(entity(each, "payment_link")["status"], entity(each, "order")) for each in (of_first[1], of_last[2])]
    assert [(status, order["status"], order["amount_due"]) for status, order in told] == [
        ("partially_paid", "attempted", 3000),
        ("paid", "paid", 0),
    ]
    assert len({headers["x-razorpay-event-id"] for _, headers, _ in of_first + of_last}) == 5


def test_a_plugins_webhook_gets_authorized_for_an_automatic_order(gateway_url, shop, payer, receiver):
    form = {
        "url": receiver.url,
        "events[payment.authorized]": "1",
        "events[refund.created]": "1",
        "secret": SIGNED_WITH,
    }
    made = requests.post(f"{gateway_url}/v1/webhooks", data=form, auth=(KEY, SECRET), timeout=30).json()
    payment_id = payer.pay(shop.order.create({"amount": 50000})["id"])["razorpay_payment_id"]

    ((event, headers, body),) = receiver.hears("payment", payment_id, 1)

    assert event == "payment.authorized"
    assert shop.utility.verify_webhook_signature(body, headers["X-Razorpay-Signature"], SIGNED_WITH)
    requests.delete(f"{gateway_url}/v1/webhooks/{made['id']}", auth=(KEY, SECRET), timeout=30)


def test_an_endpoint_of_the_native_api_may_take_the_format(gateway_url, shop, payer, receiver):
    def ask(method, path, body=None):
        url = f"{gateway_url}/api/v1/webhook-endpoints{path}"
        return requests.request(method, url, json=body, auth=(KEY, SECRET), timeout=30).json()

    made = ask("POST", "", {"url": receiver.url, "events": ["payment.success"], "format": "razorpay"})
    payment_id = payer.pay(shop.order.create({"amount": 50000})["id"])["razorpay_payment_id"]

    ((event, headers, body),) = receiver.hears("payment", payment_id, 1)

    assert (event, made["format"]) == ("payment.authorized", "razorpay")
    assert shop.utility.verify_webhook_signature(body, headers["X-Razorpay-Signature"], made["secret"])
    ask("DELETE", f"/{made['id']}")


def test_a_qr_code_tells_when_it_is_made_paid_and_closed(shop, gateway_url, receiver, subscribe):
    subscribe("qr_code.created", "qr_code.credited", "qr_code.closed")
    terms = {"type": "upi_qr", "usage": "single_use", "fixed_amount": True, "payment_amount": 300}
    code = shop.qrcode.create(terms)
    path = f"{gateway_url}/api/v1/sandbox/razorpay/qr_codes/{code['id']}/pay"
    paid = requests.post(path, json={}, auth=(KEY, SECRET), timeout=60).json()

    came = receiver.hears("qr_code", code["id"], 3)

    assert [event for event, *_ in came] == ["qr_code.created", "qr_code.credited", "qr_code.closed"]
    assert entity(came[0], "qr_code") == code
    assert entity(came[1], "payment")["id"] == paid["razorpay_payment_id"]
    assert entity(came[2], "qr_code") == shop.qrcode.fetch(code["id"])
    for _, headers, body in came:
        assert shop.utility.verify_webhook_signature(body, headers["X-Razorpay-Signature"], SIGNED_WITH)
