"""Tells the listeners of a folder which events are to be sent again.

The API sends an event again to endpoints, and a listener is none. So `gateway resend` also adds a line to a file, which
every listener of the folder reads from where it stopped.
"""

import json
from collections.abc import Iterator
from pathlib import Path


def file_in(folder: Path) -> Path:
    return folder / "listen" / "resent.jsonl"


def add(file: Path, api: str, key: str, event_id: str) -> None:
    """Adds a line in one write, so that no listener reads half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as opened:
        opened.write(json.dumps({"api": api, "key": key, "event_id": event_id}) + "\n")


def size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def since(file: Path, start: int, api: str, key: str) -> Iterator[tuple[int, str]]:
    """Yields the byte after each line and its event id, "" for the lines of other gateways and keys."""
    if size(file) <= start:
        return
    with file.open("rb") as opened:
        opened.seek(start)
        for line in iter(opened.readline, b""):
            start += len(line)
            wanted = json.loads(line)
            yield start, wanted["event_id"] if (wanted["api"], wanted["key"]) == (api, key) else ""
