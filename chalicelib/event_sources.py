"""The event source mappings through which Lambda polls this stack's queues."""

from typing import Any

from chalicelib import aws
from chalicelib.config import settings


def states() -> list[str]:
    """Returns the state of each mapping of this stack, e.g. "Enabled". Raises Unavailable."""
    with aws.unavailable_on_failure("worker"):
        pages = list(aws.client("lambda").get_paginator("list_event_source_mappings").paginate())
    mappings: list[dict[str, Any]] = [mapping for page in pages for mapping in page["EventSourceMappings"]]
    return [m["State"] for m in mappings if f":{settings().stack_name}-" in m.get("EventSourceArn", "")]
