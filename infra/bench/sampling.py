"""Samples by CPU time which package's code runs in this process.

`python -m infra.bench.sampling` is an emulator that samples itself from SIGUSR1 on. SIGUSR2 makes it write the samples
into the folder SAMPLES.
"""

import json
import os
import runpy
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

SECONDS = 0.001  # of CPU time between two samples; the kernel rounds it up to its tick
FOLDER = "SAMPLES"
# Part of a file's path -> what its time is called. The first part that fits counts.
ROOMS = {
    "/infra/local/transport": "way to the emulator",
    "/infra/local/engine": "our engine",
    "/infra/local/": "local runner",
    "/infra/bench/": "bench",
    "/chalicelib/": "ours",
    "/functions/": "ours",
    "/pynamodb/": "pynamodb",
    "/botocore/": "botocore",
    "/chalice/": "Chalice",
    "/aws_lambda_powertools/": "Powertools",
    "/urllib3/": "urllib3",
    "/ministack/services/dynamodb": "MiniStack's DynamoDB",
    "/ministack/services/sqs": "MiniStack's SQS",
    "/ministack/": "MiniStack, rest",
    "/uvicorn/": "uvicorn",
}
WAITS = ("threading.py", "queue.py", "selectors.py", "_base.py")


def _frames(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def room(frame: FrameType | None) -> str:
    """Returns whose code runs: the innermost frame of a known package. The standard library counts as its caller's."""
    for each in _frames(frame):
        path = each.f_code.co_filename
        found = next((name for part, name in ROOMS.items() if part in path), None)
        if found:
            return found
    return "rest"


class Sampler:
    """Counts samples by room and by function, in the main thread or, while that waits, in the thread that works."""

    def __init__(self) -> None:
        self.rooms: Counter[str] = Counter()
        self.functions: Counter[str] = Counter()

    def start(self) -> None:
        signal.signal(signal.SIGPROF, self._take)
        signal.setitimer(signal.ITIMER_PROF, SECONDS, SECONDS)

    def stop(self) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)

    def _take(self, _signal: int, frame: FrameType | None) -> None:
        main = threading.main_thread().ident
        others = [each for thread, each in sys._current_frames().items() if thread != main]  # noqa: SLF001  # no public way
        running = next((each for each in (frame, *others) if each and not _waits(each)), frame)
        self.rooms[room(running)] += 1
        if running:
            self.functions[f"{Path(running.f_code.co_filename).name} {running.f_code.co_name}"] += 1

    def shares(self) -> dict[str, float]:
        """Returns room -> its share of the samples."""
        return {name: count / self.rooms.total() for name, count in self.rooms.most_common()}


def _waits(frame: FrameType) -> bool:
    return frame.f_code.co_filename.endswith(WAITS)


def main() -> None:
    folder, sampler = Path(os.environ[FOLDER]), Sampler()

    def write(*_: object) -> None:
        found = {"rooms": sampler.shares(), "functions": dict(sampler.functions.most_common(30))}
        (folder / "samples.json").write_text(json.dumps(found), encoding="utf-8")

    signal.signal(signal.SIGUSR1, lambda *_: sampler.start())
    signal.signal(signal.SIGUSR2, write)
    (folder / "pid").write_text(str(os.getpid()), encoding="utf-8")
    runpy.run_module("infra.local.emulator", run_name="__main__")


if __name__ == "__main__":
    main()
