"""The contract, row by row: a request, its status, and every field of the answer with its type.

Only the gateway's address is known here, so the same table holds for this machine, LocalStack and AWS.
"""

import re

import msgspec
import pytest

from tests.e2e.client import made
from tests.e2e.contract import core_rows, later_rows
from tests.e2e.contract.row import NOWHERE

# The later rows come first: the others delete the endpoint.
ROWS = [*later_rows.ROWS, *core_rows.ROWS]


@pytest.fixture(scope="session")
def world(client):
    """Objects in every state that the table asks about: name -> id."""
    paid, refunded = client.paid(), client.paid()
    failed = client.pay(client.order()["id"], vpa="failure@upi")
    client.until_settled(f"/api/v1/payments/{failed['id']}")
    endpoint = client.post("/api/v1/webhook-endpoints", {"url": NOWHERE, "events": ["order.paid"]}).json()
    delivery = client.post(f"/api/v1/webhook-endpoints/{endpoint['id']}/test").json()
    client.until(f"/api/v1/webhooks/{delivery['id']}", lambda shown: shown["attempts"] > 0)
    captured = client.captured()["id"]
    bank = {"order_id": client.order()["id"], "method": "netbanking", "bank": "HDFC"}
    to_give_up = made(client.post("/api/v1/payments", bank))
    client.until(f"/api/v1/payments/{to_give_up['id']}", lambda shown: shown["next_action"])
    return {
        "paid": paid["id"],
        "paid_order": paid["order_id"],
        "failed": failed["id"],
        "to_capture": client.paid()["id"],
        "to_refund": client.paid()["id"],
        "to_void": client.paid()["id"],
        "refunded": refunded["id"],
        "refund": client.refunded(refunded["id"], amount=1)["id"],
        "endpoint": endpoint["id"],
        "key": client.post("/api/v1/keys", {"scopes": ["orders:write"]}).json()["id"],
        "delivery": delivery["id"],
        "event": client.get(f"/api/v1/events?object_id={paid['id']}").json()["data"][-1]["id"],
        "captured": captured,
        "to_accept": client.disputed(captured, 100)["id"],
        "to_contest": client.disputed(captured, 200)["id"],
        "settlement": client.settlement()["id"],
        "to_give_up": to_give_up["id"],
    }


def _filled(text, world, client):
    """With the world's ids for the names in braces; `order` is a fresh one each time."""
    return re.sub(r"\{(\w+)\}", lambda name: client.order()["id"] if name[1] == "order" else world[name[1]], text)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.request} {row.status} {row.body or ''}"[:80])
def test_the_answer_has_the_contracts_status_and_every_field_with_its_type(row, client, world):
    method, path = row.request.split(" ")
    texts = {name: value for name, value in (row.body or {}).items() if isinstance(value, str)}
    body = row.body and row.body | {name: _filled(text, world, client) for name, text in texts.items()}

    response = (client.anonymous() if row.public else client).ask(method, _filled(path, world, client), body)

    assert response.status_code == row.status, response.text
    msgspec.json.decode(response.content, type=row.answer)
    shown = response.json()
    assert {name: shown[name] for name in row.says} == row.says
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["X-Request-Id"]


def test_every_documented_operation_has_a_row():
    from infra.openapi.document import routes  # noqa: PLC0415  # only this test looks inside

    by_pattern = {f"{route.method} {re.sub(r'{[^}]+}', '[^/?]+', route.path)}": route for route in routes()}
    elsewhere = {
        "sign_in",
        "sign_out",
        "end_sessions",
        "rotate_key",
    }  # test_sessions.py, unit test_keys.py: they change who may come in
    missing = {
        route.view.__name__
        for pattern, route in by_pattern.items()
        if not any(re.fullmatch(pattern, row.request.split("?")[0]) for row in ROWS)
    }
    assert missing <= elsewhere


def test_ids_and_times_are_as_the_contract_spells_them(client):
    order = client.order()
    payment = client.pay(order["id"])

    assert re.fullmatch(r"order_[A-Za-z0-9]{16}", order["id"])
    assert re.fullmatch(r"pay_[A-Za-z0-9]{16}", payment["id"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", order["created_at"])
