from xml.etree import ElementTree as ET

import pytest

from infra.bench import __main__ as bench
from infra.bench import budget, dollars, plot, report
from infra.deployment import template


@pytest.fixture
def step():
    return {"invocations": 1, "read_units": 2, "write_units": 4, "sqs_requests": 1, "kms_requests": 0.5}


def test_the_page_on_scaling_is_what_the_budget_says():
    stored = (report.DOCS / "scaling.md").read_text(encoding="utf-8")
    assert stored == report.scaling_page(budget.read()), "run `python -m infra.bench scaling`"


def test_a_step_costs_its_counts_at_list_prices(step):
    lines = dollars.lines("create payment", step)
    assert lines["API Gateway"] == 3.50
    assert lines["DynamoDB reads"] == pytest.approx(0.25)
    assert lines["DynamoDB writes"] == pytest.approx(2.50)
    assert lines["SQS"] == pytest.approx(0.40)
    assert lines["KMS"] == pytest.approx(1.50)
    assert lines["Lambda requests"] == pytest.approx(0.20)


def test_lambda_time_is_paid_by_memory_and_milliseconds(step):
    assert dollars.lines("create payment", step)["Lambda time"] == pytest.approx(0.0500 * 0.5 * 16.6667)


def test_memory_is_paid_as_the_template_has_it(step, monkeypatch):
    settled = dollars.lines("settle", step)["Lambda time"]
    whole = template.load()
    whole["Resources"]["ProcessPayment"]["Properties"]["MemorySize"] *= 2
    monkeypatch.setattr(template, "load", lambda: whole)
    dollars._memory_gb.cache_clear()

    assert dollars.lines("settle", step)["Lambda time"] == pytest.approx(2 * settled)
    dollars._memory_gb.cache_clear()


def test_a_step_that_workers_take_goes_through_no_gateway(step):
    assert dollars.lines("settle", step)["API Gateway"] == 0


def test_a_captured_payment_pays_its_share_in_the_settlement_and_its_webhook(step):
    kinds = ("upi", "captured upi", "card")
    names = {*dollars.LIFE, "poll status", *dollars.PAID_OUT}
    steps = {dollars.key(name, kind, 10): step for name in names for kind in kinds}
    bills = {name: bill for name, (bill, _) in budget.bills(steps).items()}
    share = sum(dollars.step_cost(name, step) for name in dollars.PAID_OUT)
    whole = bills["the same with automatic capture, its books and its share in a settlement"]
    assert whole == pytest.approx(dollars.cost(steps, "captured upi", 10) + share)
    assert bills["UPI payment: order, payment, settlement, one webhook, deadlines included"] == pytest.approx(
        whole - share
    )


def test_the_budget_leaves_out_what_differs_from_run_to_run(step):
    figures = dict.fromkeys(budget.HELD, 1) | step
    kept = budget.of({"pay out (captured upi, batches of 10)": figures, "settle (upi, batches of 1)": figures})
    assert [set(budget.HELD) - set(each) for each in kept.values()] == [{"read_units"}, set()]


def test_bench_says_at_once_that_it_needs_linux(monkeypatch):
    monkeypatch.setattr(bench.Path, "exists", lambda _: False)
    with pytest.raises(SystemExit, match="Linux"):
        bench.main()


def test_the_plot_is_well_formed_whatever_the_names_are():
    drawing = plot.page(plot.bars("a & b", {"<x>": 1.0, "y": 2.0}, "$"), plot.lines("t", {"<q>": [(1, 2), (10, 4)]}))
    assert ET.fromstring(drawing).tag.endswith("svg")  # noqa: S314  # our own drawing


def test_a_table_has_a_line_for_each_row():
    assert report.table(["a", "b"], [["x", 1]]) == "| a | b |\n| --- | ---: |\n| x | 1 |"
