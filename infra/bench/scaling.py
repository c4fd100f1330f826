"""What limits the gateway on AWS at a rate of payments, computed from the counts of a payment, and what lifts each limit."""

import hashlib
import math
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from chalicelib.persistence.deadlines import SHARDS
from chalicelib.services.deadlines import RUN_SECONDS
from infra import template
from infra.bench.dollars import LIFE, Step, key, prices

RATES = (10, 1_000, 50_000)
BATCH = 10
POLLS = 3
# AWS's quotas in us-east-1, per partition, account or table; those of an account are raised on request.
PARTITION_WRITES = 1_000
TABLE_WRITES = 40_000
API_REQUESTS = 10_000
LAMBDA_CONCURRENCY = 1_000
KMS_REQUESTS = 10_000
DATA_KEY_SECONDS = 300
# A partition that is planned fuller than this throttles whenever chance sends it more than its share.
HEADROOM = 0.7


@dataclass(frozen=True, slots=True)
class Limit:
    """for_one_payment: how much of `quota` (a second, or at once) one payment a second uses."""

    what: str
    whose: str
    for_one_payment: float
    quota: float
    change: str

    @property
    def payments_per_second(self) -> float:
        return self.quota / self.for_one_payment


def writes(steps: Mapping[str, Step]) -> dict[str, float]:
    """Write units of one UPI payment's life, by table or index, in batches of ten."""
    total: Counter[str] = Counter()
    for name in LIFE:
        total.update(steps[key(name, "upi", BATCH)]["writes"])
    return dict(sorted(total.items()))


def milliseconds(name: str) -> float:
    assumed: dict[str, float] = prices()["assumed"]["milliseconds_of_an_invocation"]
    return assumed[name]


def concurrency(steps: Mapping[str, Step], names: Iterable[str]) -> float:
    """Lambda environments busy at one payment a second (Little's law)."""
    busy: float = sum(steps[key(n, "upi", BATCH)]["invocations"] * milliseconds(n) / 1000 for n in names)
    return busy


def _maximum_concurrency() -> dict[str, int]:
    """Of each function's main queue. The slow lane of the webhooks is for those who use more than their share."""
    sources = template.event_sources(template.load(), "x")
    return {source.function: source.maximum_concurrency for source in sources if not source.queue.endswith("-slow")}


API_STEPS = ("create order", "create payment", *("poll status",) * POLLS)


def limits(steps: Mapping[str, Step]) -> list[Limit]:
    used = writes(steps)
    return [*_of_a_merchant(used), *_of_the_deadlines(used), *_of_the_workers(steps), *_of_the_account(steps, used)]


def _of_a_merchant(used: Mapping[str, float]) -> list[Limit]:
    """What is kept under a merchant's id ends up in one partition, the newest entries above all."""
    full = PARTITION_WRITES * HEADROOM
    spread = "spread the index's hash key: merchant#0 … merchant#15; a list merges sixteen queries"
    shard = "put the shard into the hash key, or add the totals up from DynamoDB Streams"
    return [
        Limit(
            "newest entries of index payments/by_merchant", "one merchant", used["payments/by_merchant"], full, spread
        ),
        Limit("items of table totals", "one merchant", used["totals"], full, shard),
    ]


def _of_the_deadlines(used: Mapping[str, float]) -> list[Limit]:
    """All payments of one minute write their deadlines into one minute of tomorrow, each shard of which is a partition."""
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
    """One deadline, by run-deadlines."""
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
    """DynamoDB hashes a key and cuts the range of hashes; any good hash shows how even that is."""
    return int.from_bytes(hashlib.md5(hash_key.encode(), usedforsecurity=False).digest()[:8]) * partitions >> 64


def partitions_for(rate: float, units: float) -> int:
    """How many it takes, filled to HEADROOM."""
    return math.ceil(rate * units / (PARTITION_WRITES * HEADROOM))


def fullest(hash_keys: Iterable[str], units: float, partitions: int) -> float:
    """Write units in the fullest partition, when one second's payments write under these keys."""
    return max(Counter(partition_of(each, partitions) for each in hash_keys).values()) * units


def merchants(count: int, payments: int, chance: random.Random) -> Iterator[str]:
    """Whose payment each is: by Zipf's law, as sales are spread over shops. The largest of 1,000 has an eighth of all."""
    names = [f"merchant-{rank}" for rank in range(1, count + 1)]
    yield from chance.choices(names, weights=[1 / rank for rank in range(1, count + 1)], k=payments)


def sharded(owners: Iterable[str], shards: int, chance: random.Random) -> Iterator[str]:
    return (f"{owner}#{chance.randrange(shards)}" for owner in owners)


def hottest_owner(owners: Iterable[str], units: float) -> float:
    """Write units under the one hash key that has the most: no number of partitions divides a key's newest entries."""
    return max(Counter(owners).values()) * units
