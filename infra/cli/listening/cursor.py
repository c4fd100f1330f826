"""Keeps the place in the stream of events on disk, so that a restart misses nothing and repeats nothing."""

import hashlib
import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from infra.local.locks import try_lock
from infra.usage import UsageError

HANDOVER_SECONDS = 15.0  # the time that an earlier listener may take to finish its event and end


class Cursor:
    """Holds the last event before which everything is done, and the deliveries done since.

    The two are needed because deliveries may be made in another order than the events'.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.lock = _wait_for(file.with_suffix(".lock"))
        stored = json.loads(file.read_text(encoding="utf-8")) if file.exists() else None
        self.is_new = stored is None
        self.after = str(stored["after"]) if stored else ""
        self.done = set(stored["done"]) if stored else set()

    def move(self, after: str) -> None:
        """Saves that everything up to this event is done."""
        self._save(after, ())

    def add(self, delivery: str) -> None:
        """Saves that this delivery is done."""
        self._save(self.after, (*self.done, delivery))

    def _save(self, after: str, done: Iterable[str]) -> None:
        """Replaces the file in one step: a kill leaves the old file or the new one."""
        self.after, self.done = after, set(done)
        partial = self.file.with_suffix(".partial")
        place = {"after": self.after, "done": sorted(self.done)}
        partial.write_text(json.dumps(place), encoding="utf-8")
        partial.replace(self.file)


def file_for(folder: Path, *identity: str) -> Path:
    """Returns the cursor file of one listener. identity: what tells it from others in the same folder."""
    name = hashlib.sha256("\n".join(identity).encode()).hexdigest()[:16]
    return folder / "listen" / f"{name}.json"


def _wait_for(file: Path) -> IO[str]:
    """Returns the lock. Raises UsageError while another listener lives."""
    deadline = time.monotonic() + HANDOVER_SECONDS
    while (lock := try_lock(file)) is None:
        if time.monotonic() > deadline:
            raise UsageError(f"Another `gateway listen` has the cursor (it holds {file}); name another with --cursor.")
        time.sleep(0.05)
    return lock
