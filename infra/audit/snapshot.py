"""Defines what an audit reads, which is a stage's records in their stored form, and what it finds wrong with them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Item = Mapping[str, Any]
Items = dict[str, Item]
Findings = Iterator[tuple[str, str]]

DAY_SECONDS = 24 * 3600
# Deliveries expire after 30 days.
DELIVERIES_KEPT_SECONDS = 30 * DAY_SECONDS
# A wait that is longer than a queue's delay (seconds) has a row in the deadlines table, CLOSE to the awaited time.
QUEUE_SECONDS = 900
CLOSE = 1.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Holds a stage's records; totals are read before and after all others. now: Unix seconds.

    patience: seconds that work may be under way. deadlines: id of an object -> the times (Unix seconds) at which a
    worker looks at the object. events: by id, without their data. cards: sealed cards, by payment.
    dead_letters: queue -> number of messages.
    """

    orders: Items
    payments: Items
    refunds: Items
    deliveries: Items
    endpoints: Items
    idempotency: Items
    cards: Items
    totals_before: Items
    totals_after: Items
    now: float
    disputes: Items = field(default_factory=dict)
    postings: Items = field(default_factory=dict)
    settlements: Items = field(default_factory=dict)
    merchants: Items = field(default_factory=dict)
    qr_codes: Items = field(default_factory=dict)
    subscriptions: Items = field(default_factory=dict)
    events: Items = field(default_factory=dict)
    deadlines: Mapping[str, frozenset[float]] = field(default_factory=dict)
    dead_letters: Mapping[str, int] = field(default_factory=dict)
    patience: float = 300.0


@dataclass(frozen=True, slots=True)
class Finding:
    """Describes one broken rule. subject: the id of the wrong record; detail: how it breaks the rule."""

    rule: str
    subject: str
    detail: str


def seconds(iso: str) -> float:
    return datetime.fromisoformat(iso).timestamp()


def day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")


def by(items: Items, name: str) -> dict[str, list[Item]]:
    groups: dict[str, list[Item]] = defaultdict(list)
    for item in items.values():
        groups[item[name]].append(item)
    return groups
