"""Locks files. The kernel releases a lock when its last holder dies, however the holder dies."""

import fcntl
from pathlib import Path
from typing import IO


def try_lock(file: Path) -> IO[str] | None:
    """Returns the open file that holds the lock, or None when another process holds it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = file.open("a", encoding="utf-8")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        return None
    return handle


def is_locked(file: Path) -> bool:
    handle = try_lock(file)
    if handle is None:
        return True
    handle.close()
    return False
