"""Locks on files, which the kernel gives back when the last holder dies, however it dies."""

import fcntl
from pathlib import Path
from typing import IO


def try_lock(file: Path) -> IO[str] | None:
    """The open file that holds the lock, or None when someone else does."""
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
