"""The verbs that bring about what rarely happens: what they ask the sandbox, and what they print."""

import json

import pytest

from infra import cli
from infra.cli import endings
from infra.cli.endings import ENDINGS
from payment_gateway import acts

FAULT = {"id": "flt_1", "effect": "cut", "match": "*", "when": "before", "times": 1, "seconds": 10.0}
DISPUTE = {"id": "disp_1", "payment_id": "pay_1", "status": "open", "amount": 5, "currency": "INR"}
DISPUTE |= {"reason": "fraud", "phase": "chargeback", "respond_by": "2030-01-01T00:00:00Z"}
SETTLEMENT = {"id": "setl_1", "status": "created", "amount": 5, "currency": "INR", "fees": 1, "tax": 0}


@pytest.fixture
def gateway(api, capsys):
    """Runs a command line. Returns (exit status, standard output, standard error)."""

    def run(*words):
        status = cli.main(["--api-base", api.url, *words])
        return (status, *capsys.readouterr())

    return run


@pytest.mark.parametrize(
    ("words", "path", "body", "answer"),
    [
        (
            ["fault", "cut", "--after", "--match", "POST /orders", "--times", "3"],
            "/sandbox/faults",
            {"effect": "cut", "when": "after", "match": "POST /orders", "times": 3, "seconds": 10},
            FAULT,
        ),
        (
            ["dispute", "pay_1", "5", "--reason", "fraud", "--respond-within", "2d"],
            "/sandbox/disputes",
            {"payment_id": "pay_1", "amount": 5, "reason": "fraud", "respond_within": 172800},
            DISPUTE,
        ),
        (["dispute", "pay_1"], "/sandbox/disputes", {"payment_id": "pay_1"}, DISPUTE),
        (
            ["settle", "--pending", "--outcome", "late"],
            "/sandbox/settlements",
            {"outcome": "late", "pending": True},
            {"data": [SETTLEMENT]},
        ),
    ],
)
def test_a_verb_asks_the_sandbox_for_what_was_named(gateway, api, words, path, body, answer):
    api.routes["POST", path] = lambda _: (201, answer)
    status, out, _ = gateway("--json", *words)
    assert (status, json.loads(out)) == (0, answer)
    assert api.asked[-1][:3] == ("POST", path, body)
    assert gateway(*words)[0] == 0


@pytest.mark.parametrize(
    ("object_id", "kind"),
    [("pay_1", "payments"), ("rfnd_1", "refunds"), ("disp_1", "disputes"), ("setl_1", "settlements")],
)
def test_an_act_is_done_with_each_kind_of_object_and_its_effect_awaited(gateway, api, object_id, kind):
    seen = iter(["pending", "pending", "failed"])
    api.routes["GET", f"/{kind}/{object_id}"] = lambda _: (200, {"id": object_id, "status": next(seen)})
    api.routes["POST", f"/sandbox/{kind}/{object_id}/act"] = lambda _: (200, {"status": "pending"})

    status, out, _ = gateway("act", object_id, "decline", "--code", "LOST_CARD")

    assert status == 0
    assert "status  failed" in out
    assert {"action": "decline", "code": "LOST_CARD"} in [given for _, _, given, _ in api.asked]


def test_an_act_after_which_nothing_moves_is_not_waited_for(gateway, api):
    api.routes["GET", "/payments/pay_1"] = lambda _: (200, {"id": "pay_1", "status": "pending"})
    api.routes["POST", "/sandbox/payments/pay_1/act"] = lambda _: (200, {})
    assert gateway("act", "pay_1", "silence")[0] == 0


def test_an_id_that_takes_no_act_is_a_wrong_command_line_that_names_the_ids_which_do(gateway, api):
    status, _, err = gateway("act", "order_1", "expire")
    assert (status, api.asked) == (2, [])
    assert all(f"{prefix}_…" in err for prefix in acts.KINDS)


def test_faults_are_listed_and_deleted(gateway, api):
    api.routes["GET", "/sandbox/faults"] = lambda _: (200, {"data": [FAULT]})
    api.routes["DELETE", "/sandbox/faults"] = lambda _: (200, {"deleted": 1})
    assert "flt_1" in gateway("fault")[1]
    assert gateway("fault", "--clear")[1] == "deleted  1\n"
    assert gateway("fault", "cut", "--clear")[0] == 2


def test_no_money_to_settle_is_told_with_the_option_that_helps(gateway, api):
    api.routes["POST", "/sandbox/settlements"] = lambda _: (201, {"data": []})
    status, _, err = gateway("settle")
    assert status == 0
    assert "--pending" in err


def test_the_instruments_are_a_table(gateway, api):
    api.routes["GET", "/sandbox/instruments"] = lambda _: (200, {"vpas": [{"value": "a@upi", "script": "approve"}]})
    assert gateway("instruments")[1].split()[-3:] == ["vpas", "a@upi", "approve"]


def test_the_endings_are_listed_with_those_that_move_the_clock(gateway):
    listed = json.loads(gateway("rehearse", "--json")[1])
    assert [row["ending"] for row in listed] == [*ENDINGS]
    assert {row["ending"] for row in listed if row["moves_clock"]} == {
        "abandoned",
        "unknown_then_paid",
        "expired_authorisation",
    }
    assert gateway("rehearse", "nothing")[0] == 2


def test_an_order_that_is_made_twice_ends_the_rehearsal_of_a_lost_answer_with_status_1(gateway, api, monkeypatch):
    monkeypatch.setattr(endings, "TRIES", 2)
    api.routes["POST", "/sandbox/faults"] = lambda _: (201, FAULT)
    api.routes["POST", "/orders"] = lambda _: (201, {"id": "order_2"})
    api.routes["GET", "/orders"] = lambda _: (200, {"data": [{"id": "order_1"}, {"id": "order_2"}]})
    status, _, err = gateway("rehearse", "lost_answer")
    assert status == 1
    assert "2 orders have the receipt" in err


def test_an_ending_that_does_not_come_is_told_with_what_came_instead(gateway, api, monkeypatch):
    monkeypatch.setattr(acts, "PATIENCE", 0.2)
    api.routes["POST", "/orders"] = lambda _: (201, {"id": "order_1"})
    api.routes["POST", "/payments"] = lambda _: (201, {"id": "pay_1", "status": "pending"})
    seen = iter(["pending"])
    api.routes["GET", "/payments/pay_1"] = lambda _: (200, {"id": "pay_1", "status": next(seen, "success")})
    api.routes["POST", "/sandbox/payments/pay_1/act"] = lambda _: (200, {})
    status, _, err = gateway("rehearse", "declined")
    assert status == 1
    assert "pay_1 shows {'status': 'success', 'error_code': None}" in err


@pytest.mark.parametrize("words", [["--with", "somebody"], ["--with", "4111"], ["--with", "@"]])
def test_a_text_that_is_no_instrument_is_a_wrong_command_line(gateway, api, words):
    status, _, err = gateway("pay", *words)
    assert (status, api.asked) == (2, [])
    assert "gateway instruments" in err


def test_a_payment_is_released_after_the_time_that_was_named(gateway, api):
    api.routes["POST", "/orders"] = lambda _: (201, {"id": "order_1"})
    api.routes["POST", "/payments"] = lambda _: (201, {"id": "pay_1", "status": "pending"})
    gateway("pay", "--capture-within", "3d", "--no-wait")
    assert next(given for method, path, given, _ in api.asked if path == "/orders")["capture_within"] == 259200


@pytest.mark.parametrize(("answer", "hint"), [(401, "--key"), (404, "another merchant"), (503, "gateway doctor")])
def test_a_refusal_is_told_with_what_to_do(gateway, api, answer, hint):
    error = {"error": {"code": "X", "description": "No"}}
    api.routes["POST", "/payments/pay_1/refunds"] = lambda _: (answer, error)
    status, _, err = gateway("refund", "pay_1")
    assert status == 1
    assert hint in err.splitlines()[1]


@pytest.mark.parametrize(
    "words",
    [
        ["act", "pay_1", "approve"],
        ["fault"],
        ["dispute", "pay_1"],
        ["settle"],
        ["instruments"],
        ["rehearse", "declined"],
    ],
)
def test_none_of_them_works_on_a_stage_without_a_sandbox(gateway, api, words):
    del api.routes["GET", "/test/merchant"]
    status, _, err = gateway(*words)
    assert (status, len(api.asked)) == (1, 1)
    assert f"`gateway {words[0]}` works on test stages only" in err
    assert cli.VERBS[words[0]].sandbox
