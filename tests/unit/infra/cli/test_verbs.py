"""The command line: what it prints, what it asks the API, and its exit status."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import click
import pytest

from infra import cli
from infra.cli.verbs import books, reconcile
from infra.environment import ROOT
from infra.explore import reports
from infra.explore.flows import FLOWS
from infra.explore.recording import Recording
from infra.explore.search import Difference, Outcome
from infra.explore.sequences import Kind, Move
from infra.local.ports import any_free_port

WRONG = [
    ["fly"], ["events", "--limit", "0"], ["clock", "soon"], ["clock", "-5"], ["resend"], ["logs", "--source", "nobody"],
    ["logs", "--lines", "-1"], ["--api-base", "localhost:8000", "events"], ["events", "--api-base", "nowhere"],
    ["explore", "--url", "nowhere", "--check", "true"],
]  # fmt: skip
SLOW = ("rich", "boto3", "botocore", "chalice", "infra.cli.verbs")


@pytest.fixture
def gateway(api, capsys):
    """Runs a command line. Returns (exit status, standard output, standard error)."""

    def run(*words):
        status = cli.main(["--api-base", api.url, *words])
        return (status, *capsys.readouterr())

    return run


@pytest.mark.parametrize("name", cli.VERBS)
def test_every_verb_has_its_module_with_a_command_that_explains_itself(name):
    command = importlib.import_module(f"infra.cli.verbs.{name}").command
    assert isinstance(command, click.Command)
    assert command.help


def test_every_module_of_a_verb_is_registered():
    modules = {file.stem for file in Path(cli.__file__).parent.glob("verbs/*.py")} - {"__init__"}
    assert modules == set(cli.VERBS)


def test_the_list_of_verbs_is_printed_without_importing_them():
    program = f"""
import sys
from payment_gateway.__main__ import main
sys.argv = ["gateway", "--help"]
main()
slow = {SLOW}
print([name for name in sys.modules if name in slow or name.startswith("infra.cli.verbs.")])
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert all(f"  {name} " in done.stdout for name in cli.VERBS)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_options_stand_before_or_after_the_verb(gateway, api):
    api.add_event(1)
    before, after = gateway("--json", "events"), gateway("events", "--json")
    assert before == after
    assert json.loads(after[1])["data"][0]["id"] == "evt_000001"


def test_a_list_is_a_table_for_a_person(gateway, api):
    api.add_event(1, object_id="pay_" + "x" * 200)
    status, out, _ = gateway("events")
    assert status == 0
    assert "pay_" + "x" * 200 in out
    assert out.split()[:5] == ["id", "type", "object_id", "sequence", "created_at"]
    assert "evt_000001" in out


def test_filters_reach_the_api(gateway, api):
    gateway("events", "--type", "payment.failed", "--object", "pay_1", "--limit", "3")
    assert api.asked[-1][2] == {"type": "payment.failed", "object_id": "pay_1", "limit": "3"}


def test_pay_creates_an_order_and_pays_it(gateway, api):
    api.routes["POST", "/orders"] = lambda _: (201, {"id": "order_1"})
    api.routes["POST", "/payments"] = lambda body: (201, {"id": "pay_1", "status": "pending", **body})
    settled = {"id": "pay_1", "order_id": "order_1", "status": "failed", "error_code": "CARD_DECLINED"}
    api.routes["GET", "/payments/pay_1"] = lambda _: (200, settled)

    status, out, _ = gateway(
        "pay", "700", "--with", "4000 0000 0000 0002", "--simulate", "silence 20m, approve", "--json"
    )

    assert (status, json.loads(out)) == (0, settled)
    order, payment = (body for method, _, body, _ in api.asked if method == "POST")
    assert order == {
        "amount": 700,
        "currency": "INR",
        "capture": "manual",
        "notes": {"simulate": "silence 20m, approve"},
    }
    assert (payment["order_id"], payment["card"]["number"]) == ("order_1", "4000000000000002")


def test_refund_waits_until_the_refund_is_processed(gateway, api):
    found = {"id": "rfnd_1", "payment_id": "pay_1", "status": "processed", "amount": 5, "reason": None}
    api.routes["POST", "/payments/pay_1/refunds"] = lambda _: (201, found | {"status": "pending"})
    api.routes["GET", "/refunds/rfnd_1"] = lambda _: (200, found)

    status, out, _ = gateway("refund", "pay_1", "5")

    assert (status, api.asked[0][2]) == (0, {"amount": 5})
    assert "status      processed" in out


def test_a_refusal_is_the_gateways_sentence_and_status_1(gateway, api):
    error = {"code": "BAD_REQUEST_ERROR", "description": "Payment not in refundable state"}
    api.routes["POST", "/payments/pay_1/refunds"] = lambda _: (400, {"error": error})
    status, out, err = gateway("refund", "pay_1")
    assert (status, out) == (1, "")
    assert err == "Payment not in refundable state (400 BAD_REQUEST_ERROR)\n"


def test_no_gateway_is_status_3_and_says_how_to_get_one(capsys):
    assert cli.main(["--api-base", f"http://127.0.0.1:{any_free_port()}", "events"]) == 3
    assert "Start one with `gateway up`" in capsys.readouterr().err


@pytest.mark.parametrize("words", WRONG)
def test_a_wrong_command_line_is_status_2(gateway, words):
    assert gateway(*words)[0] == 2


@pytest.mark.parametrize("words", [["pay"], ["clock", "2h"], ["trigger", "payment.failed"], ["merchant"]])
def test_a_verb_of_the_sandbox_is_refused_on_a_stage_without_one(gateway, api, words):
    del api.routes["GET", "/test/merchant"]
    status, _, err = gateway(*words)
    assert (status, len(api.asked)) == (1, 1)
    assert f"`gateway {words[0]}` works on test stages only" in err
    assert cli.VERBS[words[0]].sandbox or words == ["merchant"]


@pytest.mark.parametrize(
    ("words", "path", "body"),
    [
        (["trigger", "payment.failed"], "/sandbox/trigger", {"event": "payment.failed"}),
        (["resend", "evt_1"], "/events/evt_1/resend", {}),
        (["resend", "evt_1", "--endpoint", "we_1"], "/events/evt_1/resend", {"endpoint_id": "we_1"}),
        (["merchant"], "/sandbox/merchants", {}),
        (["clock", "2h"], "/sandbox/clock", {"advance": 7200}),
        (["clock", "--to", "2030-01-01T00:00:00Z"], "/sandbox/clock", {"to": "2030-01-01T00:00:00Z"}),
    ],
)
def test_a_verb_posts_what_was_asked(gateway, api, words, path, body):
    answer = {"now": "2030-01-01T00:00:00Z", "offset": 7200, "job": {"id": "j", "progress": 1, "done": True}}
    api.routes["POST", path] = lambda _: (200, answer)
    status, out, _ = gateway("--json", *words)
    assert (status, json.loads(out)) == (0, answer)
    assert api.asked[-1][:3] == ("POST", path, body)


def test_the_clock_is_shown(gateway, api):
    api.routes["GET", "/sandbox/clock"] = lambda _: (200, {"now": "2030-01-01T00:00:00Z", "offset": 0.0, "job": None})
    assert gateway("clock")[1] == "now     2030-01-01T00:00:00Z\noffset  0.0\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_for_the_shell(gateway, shell):
    status, out, _ = gateway("completion", shell)
    assert status == 0
    assert "_GATEWAY_COMPLETE" in out


def test_completion_knows_the_verbs(monkeypatch, capsys):
    monkeypatch.setenv("_GATEWAY_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "gateway re")
    monkeypatch.setenv("COMP_CWORD", "1")
    with pytest.raises(SystemExit):
        cli.main([])
    assert capsys.readouterr().out.split() == [
        "plain,reset",
        "plain,refund",
        "plain,rehearse",
        "plain,resend",
        "plain,reconcile",
        "plain,redrive",
        "plain,requeue",
    ]


@pytest.mark.parametrize(("words", "count"), [("gateway trigger dispute.", 4), ("gateway events --type refund.f", 1)])
def test_completion_knows_the_types_of_events(monkeypatch, capsys, words, count):
    monkeypatch.setenv("_GATEWAY_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))
    with pytest.raises(SystemExit):
        cli.main([])
    assert len(capsys.readouterr().out.split()) == count


def test_an_address_in_the_environment_that_is_none_is_told(monkeypatch, capsys):
    monkeypatch.setenv("GATEWAY_URL", "nowhere")
    assert cli.main(["events"]) == 3
    assert "No gateway answers at nowhere" in capsys.readouterr().err


def test_books_are_exported_by_the_module_that_keeps_them(monkeypatch):
    asked = []
    monkeypatch.setattr(
        books.subprocess, "run", lambda words, **_: asked.append(words[1:]) or subprocess.CompletedProcess(words, 7)
    )
    with pytest.raises(SystemExit) as end:
        cli.main(["--json", "books", "--format", "csv", "--merchant", "m1", "--check"])
    assert end.value.code == 7
    assert asked == [["-m", "infra.books", "--format", "csv", "--merchant", "m1", "--check", "--json"]]


def test_files_are_reconciled_by_the_module_that_reads_them(monkeypatch):
    asked = []
    monkeypatch.setattr(
        reconcile.subprocess, "run", lambda words, **_: asked.append(words[1:]) or subprocess.CompletedProcess(words, 7)
    )
    with pytest.raises(SystemExit) as end:
        cli.main(["reconcile", "pyproject.toml", "Makefile", "--merchant", "m1", "--write", "camt", "--plant"])
    assert end.value.code == 7
    files = [str(reconcile.Path(name).resolve()) for name in ("pyproject.toml", "Makefile")]
    assert asked == [["-m", "infra.reconcile", "--merchant", "m1", "--write", "camt", "--plant", "--", *files]]


def test_the_explorer_works_on_the_gateway_of_the_command(monkeypatch):
    asked = []
    monkeypatch.setattr("infra.explore.__main__.record", lambda name, api, _: asked.append((name, api)) or 1 / 0)
    flow = next(iter(FLOWS))
    for words in (["--api-base", "http://one", "explore"], ["explore", "--api-base", "http://one"]):
        with pytest.raises(ZeroDivisionError):
            cli.main([*words, "--url", "http://x", "--check", "true", "--flow", flow])
    assert asked == [(flow, "http://one")] * 2


@pytest.mark.parametrize("words", [["--json", "demo"], ["demo", "--json"]])
def test_the_demonstration_prints_json_if_it_is_asked_to(monkeypatch, words):
    asked = []
    monkeypatch.setattr("infra.demo.main", lambda *, as_json: asked.append(as_json) or 3)
    for each in (words, ["demo"]):
        with pytest.raises(SystemExit) as end:
            cli.main(each)
        assert end.value.code == 3
    assert asked == [True, False]


def explored(flow, difference=None):
    recording = Recording(flow, ['{"event":"payment.success"}', '{"event":"payment.captured"}'])
    return Outcome(recording, possible=10, delivered=7, seconds=1.23456, difference=difference)


@pytest.mark.parametrize("words", [["--json", "explore"], ["explore", "--json"]])
def test_the_explorer_prints_one_json_document(monkeypatch, capsys, tmp_path, words):
    monkeypatch.setattr("infra.explore.__main__.record", lambda name, *_: explored(name).recording)
    swapped = Difference((Move(Kind.DELIVER, 1), Move(Kind.DELIVER, 0)), "captured", "authorized")
    monkeypatch.setattr("infra.explore.search.explore", lambda recording, *_: explored(recording.flow, swapped))
    saved = str(tmp_path / "found.json")
    options = ["--flow", next(iter(FLOWS)), "--save", saved, "--api-base", "http://one"]
    with pytest.raises(SystemExit) as end:
        cli.main([*words, "--url", "http://x", "--check", "true", *options])
    shown = json.loads(capsys.readouterr().out)
    assert end.value.code == 1
    assert (shown["delivered"], shown["replay"]) == (7, saved)
    (flow,) = shown["flows"]
    assert flow["events"] == ["payment.success", "payment.captured"]
    assert flow["difference"]["moves"] == [{"kind": "deliver", "event": 1}, {"kind": "deliver", "event": 0}]
    assert (flow["difference"]["in_order"], flow["difference"]["this_way"]) == ("captured", "authorized")
    assert "payment.captured" in flow["difference"]["steps"][0]


def test_a_replayed_sequence_is_told_in_json(monkeypatch, capsys, tmp_path):
    swapped = Difference((Move(Kind.DELIVER, 1), Move(Kind.DELIVER, 0)), "captured", "authorized")
    reports.save(explored("made", swapped), tmp_path / "found.json")
    for found, status in ((swapped, 1), (None, 0)):
        monkeypatch.setattr("infra.explore.search.compare", lambda *_, found=found: found)
        options = ["--replay", str(tmp_path / "found.json"), "--api-base", "http://one"]
        with pytest.raises(SystemExit) as end:
            cli.main(["--json", "explore", "--url", "http://x", "--check", "true", *options])
        shown = json.loads(capsys.readouterr().out)
        assert (end.value.code, bool(shown["difference"]), shown["flow"]) == (status, status == 1, "made")
