"""One payment has one trace: from the request over the queues to the bank and the webhook."""

import json
import os
import subprocess
import sys

import pytest

from infra.environment import ROOT
from infra.local import log, spans
from tests.e2e.client import CARD, SECRET, Client, made
from tests.e2e.conftest import listening
from tests.support.gateway import Gateway, started
from tests.support.receiver import Receiver
from tests.support.waiting import until

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACEPARENT = f"00-{TRACE}-00f067aa0ba902b7-01"
DELAY_MS = 600
# SQS's delays are whole seconds.
LEAST_DELAY_MS = 400


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    if "GATEWAY_URL" in os.environ:
        pytest.skip("the log of a gateway that is known by its URL only cannot be read")
    with started(Gateway(tmp_path_factory.mktemp("traced"), TEST_PROCESSING_DELAY=str(DELAY_MS))) as own:
        yield own


@pytest.fixture(scope="module")
def paid(run):
    """(a payment whose request named a trace, its webhook)."""
    client, server = Client(run.url), Receiver()
    listener = listening(client, server)[1]
    body = {"order_id": client.order()["id"], "method": "card", "card": CARD}
    payment = made(client.post("/api/v1/payments", body, headers={"traceparent": TRACEPARENT}))
    yield payment, listener.hears("payment.success", payment["id"])
    server.close()


def finished(run, payment):
    """The payment's only waterfall, once its webhook's attempt is in the log."""

    def found():
        traces = spans.about(spans.read(run.settings.folder), payment["id"])
        names = [row.span["name"] for rows in traces.values() for row in rows]
        return traces if "webhook" in names and names.count("work") >= 2 else None

    (rows,) = until(found, 10).values()
    return rows


def test_a_payment_has_one_trace_from_its_request_to_the_header_of_its_webhook(run, paid):
    payment, arrival = paid
    rows = finished(run, payment)

    assert {row.span["trace"] for row in rows} == {TRACE}
    sent = {row.span["id"] for row in rows if row.span["name"] == "webhook"}
    version, trace, parent, flags = arrival.headers["traceparent"].split("-")
    assert (version, trace, flags) == ("00", TRACE, "01")
    assert parent in sent


def test_the_queues_and_the_bank_are_spans_below_the_request(run, paid):
    rows = finished(run, paid[0])
    by_id = {row.span["id"]: row.span for row in rows}

    def path(span):
        above = by_id.get(span["parent"])
        return [*(path(above) if above else []), f"{span['name']} {span.get('queue', '')}".strip()]

    paths = [path(row.span) for row in rows]
    assert ["request"] in paths
    assert ["request", "commit"] in paths
    assert ["request", "delay payments"] in paths
    assert ["request", "wait payments"] in paths
    assert ["request", "work payments", "bank"] in paths
    assert ["request", "work payments", "commit"] in paths
    assert ["request", "work payments", "wait deliveries"] in paths
    assert ["request", "work payments", "work deliveries", "webhook"] in paths
    (delay,) = (row for row in rows if (row.span["name"], row.facts.get("queue")) == ("delay", "payments"))
    assert delay.lasts >= LEAST_DELAY_MS
    (request,) = (row for row in rows if row.span["name"] == "request")
    assert (request.depth, request.span["parent"], request.facts["status"]) == (0, "00f067aa0ba902b7", 201)


def test_a_span_holds_no_card_no_secret_and_no_address(run, paid):
    text = json.dumps([row.view() for row in finished(run, paid[0])])

    for secret in (CARD["number"], CARD["number"].replace(" ", ""), CARD["holder_name"], SECRET, "http", "whsec_"):
        assert secret not in text


def test_the_log_lines_of_the_payment_carry_its_trace(run, paid):
    lines = map(log.parse, (run.settings.folder / "gateway.log").read_text().splitlines())
    moved = [line for line in lines if paid[0]["id"] == line.get("payment_id") and line["message"] == "payment moved"]

    assert [line["trace_id"] for line in moved] == [TRACE]


def test_the_command_shows_the_waterfall(run, paid):
    finished(run, paid[0])

    shown = gateway(run, "trace", paid[0]["id"])
    data = json.loads(gateway(run, "trace", paid[0]["id"], "--json"))

    assert f"trace {TRACE}" in shown
    assert "wait payments" in shown
    assert "bank" in shown
    assert [each["trace_id"] for each in data["traces"]] == [TRACE]
    assert gateway(run, "logs", "--trace", TRACE, "--lines", "100").count("payment moved") == 1


def gateway(run, *arguments):
    program = f"import sys; from infra.cli import main; sys.exit(main({list(arguments)!r}))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=run.environ, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_a_request_whose_traceparent_is_not_valid_gets_a_trace_of_its_own(run):
    client = Client(run.url)
    body = {"order_id": client.order()["id"], "method": "upi", "vpa": "success@upi"}
    payment = made(client.post("/api/v1/payments", body, headers={"traceparent": TRACEPARENT.upper()}))

    found = until(lambda: spans.about(spans.read(run.settings.folder), payment["id"]), 10)

    (trace,) = found
    assert trace != TRACE
    assert found[trace][0].span["parent"] == ""
