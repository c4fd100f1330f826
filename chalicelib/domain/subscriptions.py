"""Defines a subscription's states and the numbers of its charges."""

from enum import StrEnum


class Status(StrEnum):
    """created -> authenticated -> active <-> pending -> halted; paused from active. The other four are ends."""

    CREATED = "created"
    AUTHENTICATED = "authenticated"
    ACTIVE = "active"
    PENDING = "pending"
    HALTED = "halted"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    EXPIRED = "expired"


ENDED = frozenset({Status.CANCELLED, Status.COMPLETED, Status.EXPIRED})
# The states in which a worker charges at the deadline.
CHARGED = frozenset({Status.AUTHENTICATED, Status.ACTIVE, Status.PENDING})
# Failed charges of one cycle after which no worker tries again.
MOST_FAILURES = 4
# Seconds from a failed charge to the next try.
RETRY_SECONDS = 24 * 3600
# Minor units of the payment that authenticates a subscription which begins later and has no add-on.
AUTHENTICATION_AMOUNT = 500
