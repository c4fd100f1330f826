"""`make bench`: measures everything, and writes docs/performance.md with its plot, and docs/scaling.md.

`python -m infra.bench budget` writes only infra/bench/budget.json; `scaling` writes only docs/scaling.md;
`idle` prints the monthly bill of a stack without payments; `profile` prints whose code takes the CPU time;
`rows [URL]` prints the rows by which gateways are compared, of any gateway.
"""

import os
import sys
from pathlib import Path
from typing import Any

from infra.bench import budget, cold, dynoxide, gateway, growth, idle, lives, profiling, report, rows, timing

CLIENTS = 32


def measure() -> dict[str, Any]:
    print("counts …", flush=True)
    measured: dict[str, Any] = {"steps": lives.measure()}
    print("times …", flush=True)
    measured["machine"] = {"cpus": os.cpu_count(), "load": os.getloadavg()[0]}
    with gateway.running() as running:
        measured["floor"] = timing.against_the_floor(running, 100)
        measured["idle"] = timing.idle(running, 50)
        bursts = {"no processing delay": timing.burst(running, 500, CLIENTS)}
    with gateway.running(delay_ms=1000) as running:
        bursts["processing delay of 1 s"] = timing.burst(running, 400, CLIENTS)
    print("profile …", flush=True)
    measured["profile"] = profiling.measure()
    print("cold starts …", flush=True)
    return {**measured, "bursts": bursts, "cold": cold.measure(), **_grow()}


def _grow() -> dict[str, Any]:
    print("growth …", flush=True)
    embedded = growth.measure(growth.SIZES, on_dynoxide=False)
    if not dynoxide.is_installed():
        return {"growth": embedded, "growth_on": "the embedded emulator", "growth_embedded": embedded}
    grown = growth.measure(growth.SIZES, on_dynoxide=True)
    return {"growth": grown, "growth_on": "dynoxide", "growth_embedded": embedded}


def main() -> None:
    if not Path("/proc/self/stat").exists():
        sys.exit("make bench needs Linux: it reads from /proc what processes use.")
    match sys.argv[1:]:
        case []:
            report.write(measure())
        case ["budget"]:
            steps = lives.measure()
            print("\n".join(budget.changes(steps)) or "The budget is as it was.")
            budget.write(steps)
        case ["scaling"]:
            report.write_scaling(budget.read())
        case ["idle"]:
            print(idle.table(idle.bill()))
        case ["profile"]:
            print(report.profile(*profiling.measure()))
        case ["rows", *where]:
            print(report.table(rows.HEAD, rows.measure(*where)))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
