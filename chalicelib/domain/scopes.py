"""What an API key may do. Each route that asks who is calling names one scope; a dashboard session has all of them."""

from collections.abc import Iterable
from enum import StrEnum


class Scope(StrEnum):
    ORDERS_READ = "orders:read"
    ORDERS_WRITE = "orders:write"
    PAYMENTS_READ = "payments:read"
    PAYMENTS_WRITE = "payments:write"
    REFUNDS_READ = "refunds:read"
    REFUNDS_WRITE = "refunds:write"
    WEBHOOKS_READ = "webhooks:read"
    WEBHOOKS_WRITE = "webhooks:write"
    KEYS_READ = "keys:read"
    KEYS_WRITE = "keys:write"
    ACCOUNT_READ = "account:read"


EVERYTHING = frozenset(Scope)
# Of a pair that was rotated away, perhaps because it was stolen: it sells and reads. It gives no money back, moves no
# webhook and touches no key. A new scope is not among these unless it only reads.
OVERLAP = frozenset(scope for scope in Scope if scope.endswith(":read")) | {Scope.ORDERS_WRITE, Scope.PAYMENTS_WRITE}
# What gives control that outlasts the key itself. Routes of these scopes read the key or session anew, so that
# one that was revoked a moment ago does nothing.
LASTING = frozenset({Scope.WEBHOOKS_WRITE, Scope.KEYS_WRITE})


def granted(names: Iterable[str] | None) -> frozenset[Scope]:
    """Names as they are stored; None is everything, also what is added later. An unknown name grants nothing."""
    if names is None:
        return EVERYTHING
    known = set(names)
    return frozenset(scope for scope in Scope if scope in known)
