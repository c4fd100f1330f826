"""A fault strikes the requests that match it, as often as it says, and costs the others nothing."""

import json
from types import SimpleNamespace

import pytest

from chalicelib.domain.errors import GatewayError, TooManyRequests
from chalicelib.sandbox import clock, faults
from chalicelib.sandbox.faults import CUT, Fault


@pytest.fixture
def items(monkeypatch):
    """The sandbox's items in memory, and the number of reads."""
    table = {clock.CLOCK: {"faulty": {"SS": ["merchant-1"]}}, "reads": 0}

    def stored(key):
        table["reads"] += 1
        return table.get(key, {})

    def change(key, _update, values, _condition=""):
        table[key] = {"faults": values[":new"]}
        return True

    monkeypatch.setattr(clock, "stored", stored)
    monkeypatch.setattr(clock, "change", change)
    monkeypatch.setattr(clock, "look", lambda: table[clock.CLOCK])
    return table


def has(items, *wanted):
    text = json.dumps([{name: getattr(each, name) for name in Fault.__struct_fields__} for each in wanted])
    items["faults merchant-1"] = {"faults": {"S": text}}


def call(method="POST", path="/api/v1/payments/{payment_id}/capture", merchant_id="merchant-1"):
    raw = SimpleNamespace(path=path, method=method, uri_params={"payment_id": "pay_1"})
    return SimpleNamespace(raw=raw, merchant_id=merchant_id, query={}, body=b"")


def test_a_request_that_does_not_match_is_performed(items):
    has(items, Fault("error", match="POST /orders"), Fault("error", match="GET *"))
    assert faults.around(call(), lambda: "done") == "done"


@pytest.mark.parametrize("match", ["*", "POST *", "POST /payments/*/capture", "POST /payments/pay_1/capture"])
def test_a_request_that_matches_is_struck_once(items, match):
    has(items, Fault("error", match=match))
    with pytest.raises(GatewayError):
        faults.around(call(), lambda: "done")
    assert faults.around(call(), lambda: "done") == "done"


@pytest.mark.parametrize(("when", "performed"), [("before", []), ("after", ["done"])])
def test_only_a_fault_after_the_effect_lets_it_happen(items, when, performed):
    has(items, Fault("throttle", when=when))
    done = []
    with pytest.raises(TooManyRequests):
        faults.around(call(), lambda: done.append("done"))
    assert done == performed


def test_a_cut_is_marked_for_the_edge(items):
    has(items, Fault("cut"))
    assert CUT in faults.around(call(), lambda: "done").headers


def test_the_first_fault_that_matches_strikes_and_the_others_wait(items):
    has(items, Fault("throttle"), Fault("error", times=2))
    with pytest.raises(TooManyRequests):
        faults.around(call(), lambda: "done")
    assert [(each.effect, each.times) for each in faults.show("merchant-1")] == [("error", 2)]


@pytest.mark.parametrize(
    "spared", [call(merchant_id="merchant-2"), call(path="/api/v1/sandbox/faults"), call(merchant_id="")]
)
def test_another_merchant_and_the_sandbox_itself_are_spared_and_read_nothing(items, spared):
    has(items, Fault("error"))
    assert faults.around(spared, lambda: "done") == "done"
    assert items["reads"] == 0
