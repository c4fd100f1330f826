"""Defines what an API key may do. Each route that identifies its caller names one scope.

A dashboard session has all scopes.
"""

from collections.abc import Iterable
from enum import StrEnum


class Scope(StrEnum):
    ORDERS_READ = "orders:read"
    ORDERS_WRITE = "orders:write"
    PAYMENTS_READ = "payments:read"
    PAYMENTS_WRITE = "payments:write"
    REFUNDS_READ = "refunds:read"
    REFUNDS_WRITE = "refunds:write"
    DISPUTES_READ = "disputes:read"
    DISPUTES_WRITE = "disputes:write"
    WEBHOOKS_READ = "webhooks:read"
    WEBHOOKS_WRITE = "webhooks:write"
    BALANCE_READ = "balance:read"
    LEDGER_READ = "ledger:read"
    SETTLEMENTS_READ = "settlements:read"
    EVENTS_READ = "events:read"
    KEYS_READ = "keys:read"
    KEYS_WRITE = "keys:write"
    ACCOUNT_READ = "account:read"
    ACCOUNT_WRITE = "account:write"


EVERYTHING = frozenset(Scope)
# The scopes of a pair that was rotated away, perhaps because it was stolen. It may sell and read. It may not refund,
# change webhooks or change keys. A new scope joins these only if it reads.
OVERLAP = frozenset(scope for scope in Scope if scope.endswith(":read")) | {Scope.ORDERS_WRITE, Scope.PAYMENTS_WRITE}
# Scopes whose effect outlasts the key itself. Routes with these scopes read the key or session anew, so that a
# credential that was revoked a moment ago does nothing.
LASTING = frozenset({Scope.WEBHOOKS_WRITE, Scope.KEYS_WRITE})


def granted(names: Iterable[str] | None) -> frozenset[Scope]:
    """Returns the scopes of the stored names. None grants everything, including scopes that are added later.

    An unknown name grants nothing.
    """
    if names is None:
        return EVERYTHING
    known = set(names)
    return frozenset(scope for scope in Scope if scope in known)
