"""Computes what limits the gateway on AWS, from the counts of one payment, and names the change against each limit."""

import hashlib
import math
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from chalicelib.persistence.deadlines import SHARDS
from chalicelib.persistence.events import STREAMS
from chalicelib.persistence.postings import SHARDS as POSTING_SHARDS
from chalicelib.services.waits.deadlines import RUN_SECONDS
from infra.bench.dollars import LIFE, Step, key, prices
from infra.deployment import template

RATES = (10, 1_000, 50_000)
BATCH = 10
POLLS = 3
# AWS's quotas in us-east-1, per partition, account or table. AWS raises the quotas of an account on request.
PARTITION_WRITES = 1_000
TABLE_WRITES = 40_000
API_REQUESTS = 10_000
LAMBDA_CONCURRENCY = 1_000
KMS_REQUESTS = 10_000
# A captured payment's posting is one item of less than a kilobyte in a transaction. An authorised payment has none.
POSTING_WRITES = 2
DATA_KEY_SECONDS = 300
# A partition that is planned fuller than this throttles whenever chance sends it more than its share.
HEADROOM = 0.7


@dataclass(frozen=True, slots=True)
class Limit:
    """Describes a limit. for_one_payment: the part of `quota` (per second, or at once) that a payment a second uses."""

    what: str
    whose: str
    for_one_payment: float
    quota: float
    change: str

    @property
    def payments_per_second(self) -> float:
        return self.quota / self.for_one_payment


def writes(steps: Mapping[str, Step]) -> dict[str, float]:
    """Returns the write units of one UPI payment's life, by table or index, in batches of ten."""
    total: Counter[str] = Counter()
    for name in LIFE:
        total.update(steps[key(name, "upi", BATCH)]["writes"])
    return dict(sorted(total.items()))


def milliseconds(name: str) -> float:
    assumed: dict[str, float] = prices()["assumed"]["milliseconds_of_an_invocation"]
    return assumed[name]


def concurrency(steps: Mapping[str, Step], names: Iterable[str]) -> float:
    """Returns the Lambda environments that are busy at one payment a second (Little's law)."""
    busy: float = sum(steps[key(n, "upi", BATCH)]["invocations"] * milliseconds(n) / 1000 for n in names)
    return busy


def _maximum_concurrency() -> dict[str, int]:
    """Returns the concurrency of each function's main queue.

    Leaves out the slow lane of webhooks, which serves merchants that use more than their share.
    """
    sources = template.event_sources(template.load(), "x")
    return {source.function: source.maximum_concurrency for source in sources if not source.queue.endswith("-slow")}


API_STEPS = ("create order", "create payment", *("poll status",) * POLLS)


def limits(steps: Mapping[str, Step]) -> list[Limit]:
    used = writes(steps)
    return [*_of_a_merchant(used), *_of_the_deadlines(used), *_of_the_workers(steps), *_of_the_account(steps, used)]


def _of_a_merchant(used: Mapping[str, float]) -> list[Limit]:
    """Returns a merchant's limits. Rows under one merchant's id share a partition, above all the newest rows."""
    full = PARTITION_WRITES * HEADROOM
    spread = "spread the index's hash key: merchant#0 … merchant#15; a list merges sixteen queries"
    postings = "raise SHARDS in chalicelib/persistence/postings.py"
    shard = "put the shard into the hash key, or add the totals up from DynamoDB Streams"
    streams = "raise STREAMS in chalicelib/persistence/events.py, and read the old streams too for 30 days"
    return [
        Limit(
            "newest entries of index payments/by_merchant", "one merchant", used["payments/by_merchant"], full, spread
        ),
        Limit("items of table totals", "one merchant", used["totals"], full, shard),
        Limit("one stream of table events", "one merchant", used["events"] / STREAMS, full, streams),
        Limit("newest items of table postings", "one merchant", POSTING_WRITES / POSTING_SHARDS, full, postings),
    ]


def _of_the_deadlines(used: Mapping[str, float]) -> list[Limit]:
    """Returns the limits of the deadlines table.

    All payments of one minute write their deadlines into one minute of tomorrow. Each shard of a minute is a partition.
    """
    shards = "raise SHARDS in chalicelib/persistence/deadlines.py"
    each = used["deadlines"] / SHARDS
    dispatcher = milliseconds_to_send() / 1000
    processors = len(template.schedules(template.load())) * RUN_SECONDS / 60
    faster = "give each schedule of run-deadlines fewer shards, and add schedules"
    return [
        Limit("one shard of one minute of table deadlines", "all", each, PARTITION_WRITES * HEADROOM, shards),
        Limit("processors of run-deadlines", "all", dispatcher, processors, faster),
    ]


def milliseconds_to_send() -> float:
    """Returns the time that run-deadlines needs for one deadline."""
    assumed: float = prices()["assumed"]["milliseconds_to_send_a_deadline"]
    return assumed


def _of_the_workers(steps: Mapping[str, Step]) -> list[Limit]:
    change = "raise it in infra/resources/functions.yaml"
    functions = {"DeliverWebhook": "deliver", "ProcessPayment": "settle"}
    configured = _maximum_concurrency()
    return [
        Limit(f"{function}'s MaximumConcurrency", "all", concurrency(steps, [step]), configured[function], change)
        for function, step in functions.items()
    ]


def _of_the_account(steps: Mapping[str, Step], used: Mapping[str, float]) -> list[Limit]:
    environments = concurrency(steps, (*API_STEPS, "settle", "deliver"))
    data_keys = 2 * concurrency(steps, (*API_STEPS, "settle")) / DATA_KEY_SECONDS
    table = max((place for place in used if "/" not in place), key=lambda place: used[place])
    poll_less = "ask for more; poll less often, or push the result to the checkout over a WebSocket"
    warm = "ask for more, and warm the table up first"
    no_need = "none needed: an environment asks twice in five minutes"
    return [
        Limit("API Gateway requests", "the account", 2 + POLLS, API_REQUESTS, poll_less),
        Limit("Lambda environments", "the account", environments, LAMBDA_CONCURRENCY, "ask for more"),
        Limit(f"write units of table {table}", "the account", used[table], TABLE_WRITES, warm),
        Limit("KMS requests (cards only)", "the account", data_keys, KMS_REQUESTS, no_need),
    ]


# ------------------------------------------------------------------ where keys fall


def partition_of(hash_key: str, partitions: int) -> int:
    """Returns the key's partition. DynamoDB splits the range of a key's hashes; any good hash shows how evenly."""
    return int.from_bytes(hashlib.md5(hash_key.encode(), usedforsecurity=False).digest()[:8]) * partitions >> 64


def partitions_for(rate: float, units: float) -> int:
    """Returns the number of partitions that the rate takes, filled to HEADROOM."""
    return math.ceil(rate * units / (PARTITION_WRITES * HEADROOM))


def fullest(hash_keys: Iterable[str], units: float, partitions: int) -> float:
    """Returns the write units in the fullest partition, when the payments of one second write under these keys."""
    return max(Counter(partition_of(each, partitions) for each in hash_keys).values()) * units


def merchants(count: int, payments: int, chance: random.Random) -> Iterator[str]:
    """Yields the merchant of each payment by Zipf's law, which fits the sales of shops.

    The largest of 1,000 merchants has an eighth of all payments.
    """
    names = [f"merchant-{rank}" for rank in range(1, count + 1)]
    yield from chance.choices(names, weights=[1 / rank for rank in range(1, count + 1)], k=payments)


def sharded(owners: Iterable[str], shards: int, chance: random.Random) -> Iterator[str]:
    return (f"{owner}#{chance.randrange(shards)}" for owner in owners)


def hottest_owner(owners: Iterable[str], units: float) -> float:
    """Returns the write units under the most used hash key. Partitions do not split the newest entries of a key."""
    return max(Counter(owners).values()) * units
