"""Writes one log for all processes: JSON lines in a file, short lines in the terminal."""

import json
import logging
import os
import re
import sys
import threading
import time
from pathlib import Path
from typing import Any

# Characters that a terminal would act on or show out of order: control characters, escapes, directions of writing.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
KEEP_BYTES = 20 * 1024 * 1024  # the next start sets a larger log aside
# Every line carries these fields, and a person at a terminal does not need them.
ROUTINE_KEYS = frozenset(
    {"level", "location", "message", "timestamp", "service", "source", "exception", "exception_name"}
)


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {"level": record.levelname, "message": record.getMessage(), "location": record.name}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)


def _is_unprinted(record: logging.LogRecord) -> bool:
    """Returns whether the record's logger has no handler of its own, as the application's log has."""
    return record.name == "root" or not logging.getLogger(record.name).handlers


def log_as_json() -> None:
    """Makes the standard library's loggers write JSON lines to standard output. Each child calls it."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_JsonFormatter())
    handler.addFilter(_is_unprinted)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def parse(line: str) -> dict[str, Any]:
    """Returns a child's line as a JSON object. Other output, such as a traceback, becomes a message."""
    try:
        parsed = json.loads(line)
    except ValueError:
        return {"message": line}
    return parsed if isinstance(parsed, dict) else {"message": line}


def _escape(text: str) -> str:
    return _UNPRINTABLE.sub(lambda found: ascii(found[0])[1:-1], text)


def shorten(entry: dict[str, Any]) -> str:
    """Returns the part of a line for a person, without control characters of a caller; "" for metrics and spans."""
    if "_aws" in entry or "spans" in entry:
        return ""
    details = " ".join(f"{key}={value}" for key, value in entry.items() if key not in ROUTINE_KEYS)
    level = entry.get("level", "INFO")
    prefix = "" if level == "INFO" else f"{level}: "
    line = f"{prefix}{entry.get('message', '')}  {details}".rstrip()
    lines = [line, *str(entry.get("exception") or "").splitlines()]
    return "\n".join(map(_escape, filter(None, lines)))


def to_terminal(text: str) -> None:
    """Writes to the terminal. A terminal that is gone (`make up | head`, a closed window) must not end this process."""
    try:
        print(text, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Log:
    """Writes the log. Thread-safe: a separate thread reads the output of each child."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists() and file.stat().st_size > KEEP_BYTES:
            file.replace(file.with_suffix(".1.log"))
        self.file = file.open("a", encoding="utf-8", buffering=1)
        self.lock = threading.Lock()

    def write(self, source: str, line: str) -> None:
        entry = parse(line)
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S%z")
        record = {"timestamp": stamp} | entry | {"source": source}
        short = shorten(entry)
        with self.lock:
            self.file.write(json.dumps(record) + "\n")
            if short:
                to_terminal(f"{time.strftime('%H:%M:%S')} {source:<8} {short}")

    def say(self, text: str) -> None:
        """Writes a line of the supervisor itself."""
        with self.lock:
            self.file.write(
                json.dumps(
                    {
                        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
                        "level": "INFO",
                        "message": text,
                        "source": "supervisor",
                    }
                )
                + "\n"
            )
            to_terminal(text)
