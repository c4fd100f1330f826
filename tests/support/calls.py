"""Counts the application's DynamoDB calls in this process."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib import aws


@contextmanager
def counted_calls() -> Iterator[Counter[str]]:
    """Yields a counter: operation and table without the stack's name, e.g. "GetItem api-keys" -> number of calls."""
    calls: Counter[str] = Counter()

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        table = str(params.get("TableName", "")).partition("-")[2].partition("-")[2]
        calls[f"{model.name} {table}".strip()] += 1

    events = aws.client("dynamodb").meta.events
    events.register("provide-client-params.dynamodb", note)
    try:
        yield calls
    finally:
        events.unregister("provide-client-params.dynamodb", note)
