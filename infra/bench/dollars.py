"""Computes the cost of a million payments from the counts of infra/bench/lives.py and infra/bench/prices.json."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from infra.deployment import template

PRICES_FILE = Path(__file__).with_name("prices.json")
# Each payment's deadline comes up a day after the payment was made, and finds the payment settled.
OVERTAKEN = "deadline, overtaken"
LIFE = ("create order", "create payment", "settle", "deliver", OVERTAKEN)
# The shares of a captured payment in the settlement of its merchant and in that one's webhook (infra/bench/payouts.py).
PAY_OUT, DELIVER_PAY_OUT = PAID_OUT = ("pay out", "deliver pay out")
API = "APIHandler"
DISPATCHER = "RunDeadlines"
# The template's function that does each step.
FUNCTIONS = {
    **dict.fromkeys(("create order", "create payment", "poll status", "create refund"), API),
    "settle": "ProcessPayment",
    OVERTAKEN: "ProcessPayment",
    "process refund": "ProcessRefund",
    PAY_OUT: "ProcessSettlement",
    **dict.fromkeys(("deliver", "deliver both", DELIVER_PAY_OUT), "DeliverWebhook"),
}

Step = Mapping[str, Any]


@cache
def prices() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(PRICES_FILE.read_text(encoding="utf-8"))
    return loaded


@cache
def _memory_gb() -> dict[str, float]:
    return {function: megabytes / 1024 for function, megabytes in template.memory_mb(template.load()).items()}


def lines(name: str, step: Step) -> dict[str, float]:
    """Returns line of the bill -> dollars for a million payments. name: the step's name, without its mark."""
    price, function = prices(), FUNCTIONS[name]
    assumed = price["assumed"]
    gb_seconds = step["invocations"] * assumed["milliseconds_of_an_invocation"][name] / 1000 * _memory_gb()[function]
    gb_seconds += (name == OVERTAKEN) * assumed["milliseconds_to_send_a_deadline"] / 1000 * _memory_gb()[DISPATCHER]
    return {
        "API Gateway": price["api_gateway_request"] * (function == API),
        "Lambda requests": price["lambda_request"] * step["invocations"],
        "Lambda time": price["lambda_gb_second"] * 1_000_000 * gb_seconds,
        "DynamoDB reads": price["dynamodb_read_unit"] * step["read_units"],
        "DynamoDB writes": price["dynamodb_write_unit"] * step["write_units"],
        "SQS": price["sqs_request"] * step["sqs_requests"],
        "KMS": price["kms_request"] * step["kms_requests"],
    }


def step_cost(name: str, step: Step) -> float:
    return sum(lines(name, step).values())


def cost(steps: Mapping[str, Step], kind: str, batch: int, names: Iterable[str] = LIFE) -> float:
    """Returns the cost of these steps for one kind of payment (upi, card), with functions fed by such batches."""
    return sum(step_cost(name, steps[key(name, kind, batch)]) for name in names)


def key(name: str, kind: str, batch: int) -> str:
    """Returns the name under which lives.py keeps a step."""
    return f"{name} ({kind}, batches of {batch})"


def plain(name: str) -> str:
    """Reverses key(): returns the step's name without its mark."""
    return name.partition(" (")[0]
