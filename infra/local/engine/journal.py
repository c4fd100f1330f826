"""Keeps lines in files that a crash cannot spoil: a line that was not written whole counts as never written."""

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PATTERN = "journal-*.jsonl"


class Journal:
    """Appends to the newest file of the folder. A start never appends to the file of an earlier process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.size = 0  # bytes in the newest file
        self.newest = -1  # its descriptor
        self.lock = threading.Lock()

    def files(self) -> list[Path]:
        """Returns the files, oldest first."""
        return sorted(self.folder.glob(PATTERN))

    def read(self) -> Iterator[Any]:
        """Yields what every line says. Raises ValueError for a damaged line that is not the last of its file."""
        for path in self.files():
            *whole, _torn = path.read_bytes().split(b"\n")
            yield from map(json.loads, whole)

    def rotate(self) -> list[Path]:
        """Begins a new file. Returns the older files, which may go as soon as their contents are saved elsewhere."""
        older = self.files()
        if self.newest >= 0 and not self.size:
            return older[:-1]
        number = int(older[-1].stem.partition("-")[2]) + 1 if older else 1
        self.close()
        path = self.folder / PATTERN.replace("*", f"{number:08}")
        self.newest, self.size = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), 0
        return older

    def append(self, line: bytes) -> None:
        """Writes the line to the disk. Raises OSError, and has then written nothing."""
        with self.lock:
            try:
                rest = memoryview(line + b"\n")
                while rest:
                    rest = rest[os.write(self.newest, rest) :]
                os.fsync(self.newest)
            except OSError:
                os.ftruncate(self.newest, self.size)
                os.lseek(self.newest, self.size, os.SEEK_SET)
                raise
            self.size += len(line) + 1

    def close(self) -> None:
        if self.newest >= 0:
            os.close(self.newest)
            self.newest = -1


def remove(files: list[Path]) -> None:
    for path in files:
        path.unlink(missing_ok=True)
