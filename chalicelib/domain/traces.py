"""Holds the trace context of W3C: reads a `traceparent`, writes one, and makes new ids (www.w3.org/TR/trace-context)."""

import re
from dataclasses import dataclass, replace
from typing import Self

from chalicelib.domain import ids

# Version, trace, parent, flags. A later version may append further fields, and a reader then uses the four fields.
_TRACEPARENT = re.compile(
    r"(?P<version>(?!ff)[0-9a-f]{2})-(?P<trace>(?!0{32})[0-9a-f]{32})-(?P<span>(?!0{16})[0-9a-f]{16})-[0-9a-f]{2}"
    r"(?P<further>-[!-~]{1,200})?"
)
FIRST_VERSION = "00"
SPAN_BYTES, TRACE_BYTES = 8, 16
# X-Ray's form of a trace id, in the header and variable that Lambda sets.
_XRAY_ROOT = re.compile(r"1-([0-9a-f]{8})-([0-9a-f]{24})")
_XRAY_PARENT = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Trace:
    """A place in a trace: the trace's id, and the span under which further spans lie.

    span_id: "" at the root of a trace that no caller began. sampled: whether the spans are kept.
    """

    trace_id: str
    span_id: str = ""
    sampled: bool = True

    @property
    def traceparent(self) -> str:
        """Returns the header's value. A root has no span, so the caller makes one by child() first."""
        return f"{FIRST_VERSION}-{self.trace_id}-{self.span_id}-{int(self.sampled):02x}"

    @property
    def xray_id(self) -> str:
        """Returns the trace's id in X-Ray's form."""
        return f"1-{self.trace_id[:8]}-{self.trace_id[8:]}"

    def child(self) -> Self:
        """Returns a new place under this one."""
        return type(self)(self.trace_id, _random(SPAN_BYTES), self.sampled)


def _random(count: int) -> str:
    """Returns hexadecimal digits. An id of zeros is not valid, and random bytes are zeros about never."""
    return ids.random_bytes(count).hex()


def new() -> Trace:
    """Returns the root of a new trace."""
    return Trace(_random(TRACE_BYTES))


def parse(traceparent: str) -> Trace | None:
    """Reads a `traceparent`. Returns None for a value that is not valid, as the recommendation asks.

    Does not read the sampled flag: the gateway pays for the spans, so it decides itself what is kept.
    """
    match = _TRACEPARENT.fullmatch(traceparent)
    if match is None or (match["version"] == FIRST_VERSION and match["further"]):
        return None
    return Trace(match["trace"], match["span"])


def parse_own(traceparent: object) -> Trace | None:
    """Reads what Trace.traceparent wrote, with its flag. Returns None for anything else."""
    trace = parse(traceparent) if isinstance(traceparent, str) else None
    return replace(trace, sampled=str(traceparent).endswith("-01")) if trace else None


def parse_xray(header: str) -> Trace | None:
    """Reads Root=1-…;Parent=…;Sampled=1, as Lambda writes it. Returns None without a Root and a Parent."""
    if not header:
        return None
    fields = dict(part.strip().split("=", 1) for part in header.split(";") if "=" in part)
    root, parent = _XRAY_ROOT.fullmatch(fields.get("Root", "")), fields.get("Parent", "")
    if root is None or not _XRAY_PARENT.fullmatch(parent):
        return None
    return Trace("".join(root.groups()), parent, fields.get("Sampled") == "1")
