"""Checks that no card number, code, secret or signature is stored or logged, after all actions and failures."""

import io
import json
import logging

from chalicelib import telemetry
from infra.audit import audit
from tests.torture.evidence import state
from tests.torture.faults import Mode, Plan
from tests.torture.flows import flow_named
from tests.torture.scenarios import run
from tests.torture.steps import CARD, DECLINED, order, payment, refund, settled

CODE = "9173"
AMEX = {**CARD, "number": "378282246310005", "cvv": CODE}
TABLES = (
    "merchants", "merchant-emails", "api-keys", "webhook-endpoints", "orders", "payments", "refunds", "disputes",
    "settlements", "webhook-deliveries",
    "idempotency", "totals", "postings", "sessions", "throttles", "cards", "card-tries", "deadlines", "simulated-bank",
)  # fmt: skip


def everything_that_can_be_done(world, shop):
    for kind in ("upi", "card", "upi failing", "card declined"):
        settled(world, shop, kind)
    body = {"order_id": order(world, shop), "method": "card", "card": AMEX}
    assert world.call(shop, "POST", "/payments", body, "a key").status == 201
    refused = {**body, "card": {**AMEX, "number": "4111111111111112"}}
    assert world.call(shop, "POST", "/payments", refused).status == 400
    assert world.call(shop, "POST", "/payments", {**body, "card": {**AMEX, "holder_name": 7}}).status == 400
    refund(world, shop)
    world.run()
    shown = [world.call(shop, "POST", f"/webhook-endpoints/{shop.endpoint_id}/rotate-secret").body["secret"]]
    assert world.call(shop, "POST", "/merchants/reveal").status == 200
    assert world.call(shop, "POST", f"/webhook-endpoints/{shop.endpoint_id}/reveal-secret").status == 200
    shown.append(world.call(shop, "POST", "/merchants/rotate-key").body["api_secret"])
    settled(world, shop, "card")
    return shown


def everything_that_can_break(world):
    """Breaks everything, because errors log more than successes do."""
    for name in ("pay by card with a key", "settle a card payment", "deliver", "rotate a webhook secret"):
        for index in range(8):
            run(world, flow_named(name), Plan(index, Mode.FAIL))


def test_no_card_secret_or_signature_is_left_in_logs_tables_queues_or_metrics(world, capsys, monkeypatch):
    written, sent = io.StringIO(), []
    handler = logging.StreamHandler(written)
    handler.setFormatter(telemetry.logger.registered_formatter)
    logging.getLogger(telemetry.SERVICE).addHandler(handler)
    put = world.put
    monkeypatch.setattr(world, "put", lambda queue, body, *delay: sent.append(body) or put(queue, body, *delay))
    shop = world.open_shop()
    payment(world, shop, "card")  # while it is pending its card is in the table, sealed
    pending = "\n".join(_table(world, name) for name in TABLES)
    world.run()
    secrets = [shop.made.pair.secret, shop.made.webhook_secret, shop.made.password]
    secrets += everything_that_can_be_done(world, shop)
    everything_that_can_break(world)
    logging.getLogger(telemetry.SERVICE).removeHandler(handler)
    signatures = [
        value
        for arrival in world.receiver.arrivals[shop.path]
        for name in ("X-Webhook-Signature", "X-Webhook-Signature-Previous", "webhook-signature")
        for value in arrival.headers.get(name, "").replace("v1,", "").split()
    ]
    assert signatures
    places = {
        "log": written.getvalue(),
        "metrics and output": capsys.readouterr().out,
        "queues": "\n".join(sent),
        "tables": "\n".join(_table(world, name) for name in TABLES) + pending,
        "webhooks": "\n".join(arrival.body for arrival in world.receiver.arrivals[shop.path]),
    }
    assert "payment moved" in places["log"]
    numbers = [CARD["number"], DECLINED, AMEX["number"], "4111111111111112"]
    for place, text in places.items():
        for needle in [*numbers, f'"{CODE}"', *secrets, *signatures]:
            assert needle not in text, f"{needle} in the {place}"
    assert audit(state(world, shop)) == []
    assert state(world, shop).orders


def _table(world, name):
    pages = world.dynamodb.get_paginator("scan").paginate(TableName=f"gateway-local-{name}")
    return "\n".join(json.dumps(item, default=lambda raw: raw.decode("latin-1")) for p in pages for item in p["Items"])
