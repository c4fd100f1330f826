"""The states of orders, payments and refunds: every legal edge, and nothing that leads back."""

import pytest

from chalicelib.domain import orders, payments, refunds

MACHINES = {"orders": orders.TRANSITIONS, "payments": payments.TRANSITIONS, "refunds": refunds.TRANSITIONS}


def test_the_edges_are_the_contracts():
    edges = {name: {(str(source), str(target)) for source, target in table} for name, table in MACHINES.items()}
    assert edges == {
        "orders": {("created", "attempted"), ("attempted", "attempted"), ("attempted", "paid")},
        "payments": {("pending", "success"), ("pending", "failed")},
        "refunds": {("pending", "processed"), ("pending", "failed")},
    }


@pytest.mark.parametrize("name", MACHINES)
def test_nothing_leads_out_of_an_end(name):
    table = MACHINES[name]
    ends = {target for _, target in table} - {source for source, _ in table}
    assert ends
    assert not any(source in ends for source, _ in table)


def test_what_follows_from_the_edges():
    assert set(map(str, orders.PAYABLE)) == {"created", "attempted"}
    assert set(map(str, payments.LIVE)) == {"pending"}
    assert set(map(str, payments.SETTLED)) == {"success", "failed"}
    assert payments.CAPTURABLE == payments.REFUNDABLE == "success"
    assert set(map(str, refunds.LIVE)) == {"pending"}
