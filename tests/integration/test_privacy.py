"""Erasure and export over everything that the application stores."""

import json
import stat
from uuid import uuid4

import boto3
import pytest

from chalicelib.domain.errors import BadRequest, NotFound, Unavailable
from chalicelib.persistence import trail, whole
from chalicelib.persistence.payments import Payment
from chalicelib.services import customers, invoices
from chalicelib.services.merchants import accounts
from chalicelib.services.privacy import erasing, exporting
from infra import privacy
from infra.audit import audit
from infra.audit.stage import Stage
from infra.backup.tables import Tables
from infra.deployment import template
from tests.support.emulated import STACK_NAME
from tests.support.receiver import Receiver
from tests.support.shop import Shop

PERSON = {"name": "Asha Ramanujan", "email": "asha.r@person.example", "contact": "+919812345670"}
PERSONAL = [*PERSON.values(), "success@upi", "flat nine", "gift for asha", "asha wants it back"]


@pytest.fixture
def merchant(emulator, drain):
    """A new merchant with an endpoint, and its view of the API."""
    made, server = accounts.create("Acme", f"{uuid4()}@acme.example"), Receiver()
    shop = Shop({"X-Api-Key": made.pair.key, "X-Api-Secret": made.pair.secret})
    events = ["payment.success", "payment.captured", "refund.created", "refund.processed", "order.paid"]
    shop.make("/webhook-endpoints", {"url": server.url("/hook"), "events": events})
    shop.server = server
    yield made, shop
    server.close()


def buy(shop, person, note):
    """A captured payment of a person, of which a part is given back."""
    terms = {"amount": 50000, "capture": "automatic", "customer": person, "notes": {"to": note}, "description": note}
    order = shop.ask("POST", "/orders", terms, {"Idempotency-Key": str(uuid4())}).body
    return order["id"], shop.pay(order["id"])["id"]


@pytest.fixture
def life(merchant, drain):
    """The person's payment with a refund, and another person's."""
    made, shop = merchant
    known = customers.create(made.id, customers.Details(**PERSON), fail_existing=True)
    lines = [{"id": "li_1", "item_id": None, "name": "Tea", "description": None, "amount": 500, "quantity": 1}]
    told = {"description": "gift for asha", "comment": "flat nine", "notes": {"to": "flat nine"}}
    bill = invoices.Wish(None, {"id": known.id, **PERSON}, lines, "INR", told)
    invoices.create(made.id, bill, "r", draft=True)
    shop.server.bodies["/hook"] = PERSON["name"].encode()  # a receiver that repeats what it got
    order_id, payment_id = buy(shop, PERSON, "gift for asha, flat nine")
    drain()
    shop.server.bodies["/hook"] = b"ok"
    other_id, _ = buy(shop, {"name": "Ben", "email": "ben@person.example"}, "for ben")
    drain()
    shop.make(f"/payments/{payment_id}/refunds", {"amount": 100, "reason": "asha wants it back"})
    drain()
    return made.id, shop, order_id, payment_id, other_id


def stored_text(merchant_id):
    """All that the tables hold of the merchant, as text; stored events are decompressed by the models."""
    tables = Tables(boto3.client("dynamodb"), STACK_NAME, template.load())
    rows = [item for name, items in tables.read(tables.backed_up()).items() for item in items.values()]
    snapshots = [row.snapshot for row in whole.event_rows(merchant_id)]
    raw = [row for row in rows if merchant_id in json.dumps(row, default=str) or "body" in row]
    return json.dumps([raw, snapshots], default=str, ensure_ascii=False)


def money(merchant_id):
    """The postings, and the totals."""
    seen = Stage(STACK_NAME, merchant_id).snapshot(patience=300)
    payments = {each["id"]: (each["amount"], each["amount_refunded"], each["fee"]) for each in seen.payments.values()}
    return payments, seen.postings, seen.totals_after


def test_after_an_erasure_no_personal_value_is_left_and_the_money_is_unchanged(life):
    merchant_id, shop, order_id, payment_id, other_id = life
    before = money(merchant_id)
    assert all(value in stored_text(merchant_id) for value in PERSONAL)

    changed = erasing.erase(merchant_id, PERSON["email"], "op")

    text = stored_text(merchant_id)
    assert {value for value in PERSONAL if value in text} == {"success@upi"}  # the other person's payment has it, too
    assert not Payment.find(payment_id).instrument.get("vpa")
    assert "ben@person.example" in text
    assert changed.keys() >= {"customer", "order", "payment", "refund", "event", "answer", "delivery"}
    assert money(merchant_id) == before
    assert audit(Stage(STACK_NAME, merchant_id).snapshot(patience=300)) == []
    assert shop.get(f"/orders/{order_id}")["customer"] is None
    assert shop.get(f"/orders/{other_id}")["customer"]["name"] == "Ben"
    assert shop.get("/events")["data"]


def test_a_second_erasure_changes_nothing_and_both_are_on_record(life):
    merchant_id, _, _, payment_id, _ = life
    erasing.erase(merchant_id, PERSON["email"], "op")
    assert erasing.erase(merchant_id, PERSON["email"], "op") == {}
    first, second = trail.of_merchant(merchant_id)
    assert (first.action, first.by, payment_id in first.objects) == ("erase", "op", True)
    assert first.counts["payment"] == 1
    assert (second.objects, second.counts) == ([], {})
    assert not any(value in json.dumps([first.objects, first.counts]) for value in PERSONAL)


@pytest.mark.parametrize("step", range(1, 12, 2))
def test_an_erasure_that_was_killed_at_any_step_is_finished_by_the_next_one(life, monkeypatch, step):
    merchant_id, _, _, payment_id, _ = life
    left = iter(range(step))
    really = erasing._set

    def dying(record, wanted):
        if wanted and next(left, None) is None:
            raise Unavailable("killed")
        return really(record, wanted)

    with monkeypatch.context() as patch:
        patch.setattr(erasing, "_set", dying)
        with pytest.raises(Unavailable):
            erasing.erase(merchant_id, PERSON["contact"], "op")
    erasing.erase(merchant_id, PERSON["contact"], "op")
    text = stored_text(merchant_id)
    assert {value for value in PERSONAL if value in text} == {"success@upi"}
    assert not Payment.find(payment_id).instrument.get("vpa")


def test_a_payment_that_is_under_way_is_not_erased(merchant):
    made, shop = merchant
    _, payment_id = buy(shop, PERSON, "gift")
    with pytest.raises(BadRequest, match=payment_id):
        erasing.erase(made.id, PERSON["email"], "op")


@pytest.mark.parametrize(("merchant_id", "who"), [("nobody", "a@b.example"), (None, "cust_unknown")])
def test_who_is_unknown_is_not_erased(merchant, merchant_id, who):
    with pytest.raises(NotFound):
        erasing.erase(merchant_id or merchant[0].id, who, "op")


def test_an_export_holds_every_kind_and_no_secret(life, merchant):
    made, shop = merchant
    shop.pay_by_card(shop.order()["id"])
    lines = list(exporting.export(made.id, "op"))
    kinds = {
        "merchant",
        "key",
        "webhook_endpoint",
        "customer",
        "invoice",
        "order",
        "payment",
        "refund",
        "delivery",
        "posting",
        "event",
    }
    assert {kind for kind, _ in lines} == kinds
    text = json.dumps(lines, default=int)
    assert PERSON["email"] in text
    assert not [
        each
        for each in (made.pair.secret, made.webhook_secret, made.password, "4111111111111111", "whsec_")
        if each in text
    ]
    assert trail.of_merchant(made.id)[-1].counts["order"] == 3


def test_an_export_of_another_merchant_has_nothing_of_this_one(life):
    other = accounts.create("Other", f"{uuid4()}@other.example")
    assert {kind for kind, _ in exporting.export(other.id, "op")} == {"merchant", "key", "webhook_endpoint"}


@pytest.fixture
def here(monkeypatch):
    """The commands work on the gateway of this test run."""
    monkeypatch.setattr(privacy, "use_target", lambda: None)
    monkeypatch.setenv("OPERATOR", "asha from operations")


def test_the_commands_write_a_file_for_its_owner_erase_and_name_the_operator(life, here, tmp_path, capsys):
    merchant_id, _, _, payment_id, _ = life
    file = tmp_path / "data.jsonl"
    assert privacy.export(merchant_id, file) == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert payment_id in [line["data"]["id"] for line in lines if line["type"] == "payment"]
    assert privacy.erase(merchant_id, PERSON["email"]) == 0
    assert "payment: 1" in capsys.readouterr().out
    assert {entry.by for entry in trail.of_merchant(merchant_id)} == {"asha from operations"}


def test_the_commands_refuse_who_is_unknown_and_leave_no_file(emulator, here, tmp_path, capsys):
    assert privacy.export("nobody", tmp_path / "data.jsonl") == 1
    assert not (tmp_path / "data.jsonl").exists()
    assert privacy.erase("nobody", "a@b.example") == 1
    assert "Merchant" in capsys.readouterr().err
