"""Measures what tracing adds: `python -m infra.bench.tracing` prints its share of a POST payment and of a cold import.

The figures hold on a busy machine too. They are CPU time, which other programs change little and only add to. In each
turn the ways with and without tracing alternate (ABBA), and the least of each way counts. The share is the median of
the turns' ratios, with the bounds between which the true median lies in 95 of 100 cases.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from infra.bench import cold, sandbox
from infra.bench.lives import KEYS, UPI

TURNS = 150  # after WARM_UP turns
WARM_UP = 10
IMPORTS = 20  # turns
LEAST_OF = 6  # measurements of each way in a turn; 24 payments a second fill a line of spans with six
MOST_OF_A_PAYMENT = 1.03
MOST_OF_AN_IMPORT = 1.05
CREATED = 201
CHILD = "child"
# Modules that have every name and do nothing, in the place of the tracing modules and of what only they import.
WITHOUT = """
import sys, types
class Nothing(types.ModuleType):
    __path__ = ()
    def __getattr__(self, name): return type(name, (), {})
for name in ("chalicelib.tracing", "chalicelib.domain.traces"): sys.modules[name] = Nothing(name)
"""


@dataclass(frozen=True, slots=True)
class Ratio:
    """The time with tracing over the time without. low, high: the bounds of its median. ms: with, and without."""

    median: float
    low: float
    high: float
    ms: tuple[float, float]


def ratio(with_it: list[float], without: list[float]) -> Ratio:
    """Returns the median ratio of the turns. The lists hold the seconds of the same turns in the same order.

    The bounds are order statistics, 0.98 times the root of the turns away from the middle: they ask for no distribution.
    """
    each = sorted(one / other for one, other in zip(with_it, without, strict=True))
    middle, away = len(each) / 2, 0.98 * len(each) ** 0.5
    low, high = each[max(0, int(middle - away))], each[min(len(each) - 1, int(middle + away))]
    ms = (statistics.median(with_it) * 1000, statistics.median(without) * 1000)
    return Ratio(statistics.median(each), low, high, ms)


def take_turns(turns: int, measure: Callable[[bool], float], afterwards: Callable[[], float] = lambda: 0.0) -> Ratio:
    """Measures both ways in each turn.

    measure: whether traced, to seconds. afterwards: the seconds that all traced measurements of a turn cost together.
    """
    seconds = [(*_turn(measure), afterwards() / LEAST_OF) for _ in range(turns)]
    return ratio([traced + later for traced, _, later in seconds], [bare for _, bare, _ in seconds])


def _turn(measure: Callable[[bool], float]) -> tuple[float, float]:
    """Returns the least seconds with tracing and without."""
    seconds: dict[bool, list[float]] = {True: [], False: []}
    for number in range(LEAST_OF):
        for traced in (True, False) if number % 2 else (False, True):
            seconds[traced].append(measure(traced))
    return min(seconds[True]), min(seconds[False])


def _post(http: Any, path: str, body: dict[str, Any]) -> Any:
    answer = http.request("POST", path, headers=KEYS, body=json.dumps(body).encode())
    if answer.status_code != CREATED:
        raise AssertionError(f"{path}: {answer.status_code} {answer.body!r}")
    return answer.json_body


def _payment(http: Any) -> float:
    order = _post(http, "/api/v1/orders", {"amount": 50000})["id"]
    return _seconds(lambda: _post(http, "/api/v1/payments", {"order_id": order, **UPI}))


def _seconds(do: Callable[[], object]) -> float:
    """Returns the CPU seconds of this process, all threads together."""
    started = time.process_time()
    do()
    return time.process_time() - started


def _measure_here() -> Ratio:
    from chalice.test import Client  # noqa: PLC0415  # the application needs the child's environment

    from app import app  # noqa: PLC0415
    from chalicelib import tracing  # noqa: PLC0415
    from chalicelib.api import answers, routing  # noqa: PLC0415
    from chalicelib.services.merchants import accounts  # noqa: PLC0415

    accounts.seed_test_merchant()
    tracing._writer = lambda: None  # type: ignore[assignment]  # noqa: SLF001  # its moment would fall into any turn
    ways = {True: answers.traced, False: lambda _, answer: answer()}
    http = Client(app).http
    router: Any = routing  # it has the function from another module

    def measure(traced: bool) -> float:  # noqa: FBT001  # which of the two ways
        router.traced = ways[traced]
        return _payment(http)

    def write() -> float:
        """Writes the spans of a turn, as the writer does four times a second."""
        return _seconds(tracing._hand_over)  # noqa: SLF001

    take_turns(WARM_UP, measure, write)
    return take_turns(TURNS, measure, write)


def of_a_payment() -> Ratio:
    """Returns tracing's share of a POST payment, on an emulator of its own."""
    with sandbox.emulated() as endpoint:
        environ = sandbox.application_environment(endpoint)
        figures = sandbox.run_child("infra.bench.tracing", environ, CHILD)
    return Ratio(*figures)


def of_an_import() -> Ratio:
    """Returns tracing's share of importing the API in a fresh process."""
    programs = {True: "import app", False: f"{WITHOUT}\nstarted = time.process_time()\nimport app"}
    for program in programs.values():
        cold.seconds(program)  # writes the bytecode
    return take_turns(IMPORTS, lambda traced: cold.seconds(programs[traced]))


def _report(name: str, found: Ratio, most: float) -> bool:
    """Prints one line. Returns whether the share is within its bound."""
    kept = found.median <= most
    print(
        f"{name}: {(found.median - 1) * 100:+.1f} % ({(found.low - 1) * 100:+.1f} to {(found.high - 1) * 100:+.1f}), "
        f"{found.ms[0]:.2f} ms with tracing and {found.ms[1]:.2f} without; "
        f"{'within' if kept else 'ABOVE'} {(most - 1) * 100:.0f} %"
    )
    return kept


def main() -> int:
    """Prints both shares. Returns 1 if one is above its bound."""
    payment = _report("POST payment", of_a_payment(), MOST_OF_A_PAYMENT)
    cold_import = _report("cold import of the API", of_an_import(), MOST_OF_AN_IMPORT)
    return 0 if payment and cold_import else 1


if __name__ == "__main__":
    if CHILD in sys.argv:
        here = _measure_here()
        print(json.dumps([here.median, here.low, here.high, here.ms]))
    else:
        sys.exit(main())
