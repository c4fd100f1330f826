"""Finds the few rows that a query can return, so that the emulator's own query looks at no others."""

from bisect import bisect_left
from collections.abc import Callable
from typing import Any

from infra.local.engine.order import Entry, Keys, Order

# A question about a range key whose answer is "no" for the first keys of a sorted partition and "yes" for the rest.
Bound = Callable[[str], bool]
LOWER: dict[str, Callable[[str], Bound]] = {
    "EQ": lambda v: lambda key: key >= v,
    "GE": lambda v: lambda key: key >= v,
    "GT": lambda v: lambda key: key > v,
}
UPPER: dict[str, Callable[[str], Bound]] = {
    "EQ": lambda v: lambda key: key > v,
    "LE": lambda v: lambda key: key > v,
    "LT": lambda v: lambda key: key >= v,
}
PREFIX = ["IDENT", "LPAREN", "NAME", "COMMA", "VALUE_REF", "RPAREN"]
COMPARISON = 3
BETWEEN = ["NAME", "IDENT", "VALUE_REF", "IDENT", "VALUE_REF"]


class NotNarrowed(Exception):
    """The query has a form that this module leaves to the emulator."""


def bounds(clause: list[tuple[str, str]], values: dict[str, Any]) -> tuple[Bound, Bound]:
    """Returns where the rows of a range key's condition begin, and where they have ended. Raises NotNarrowed."""
    position = attribute_at(clause)
    kinds = ["NAME" if at == position else kind for at, (kind, _) in enumerate(clause)]
    given = [values[text]["S"] for kind, text in clause if kind == "VALUE_REF"]
    if kinds == PREFIX:
        prefix = given[0]
        return (lambda key: key >= prefix), (lambda key: key > prefix and not key.startswith(prefix))
    if kinds == BETWEEN and clause[1][1].upper() == "BETWEEN":
        return LOWER["GE"](given[0]), UPPER["LE"](given[1])
    if len(kinds) == COMPARISON and kinds[0] == "NAME" and kinds[2] == "VALUE_REF":
        lower, upper = LOWER.get(kinds[1]), UPPER.get(kinds[1])
        if lower or upper:
            return (lower(given[0]) if lower else always), (upper(given[0]) if upper else never)
    raise NotNarrowed


def attribute_at(clause: list[tuple[str, str]]) -> int:
    """Returns the position of the attribute in a clause. Raises NotNarrowed when the clause does not begin with it."""
    position = 2 if clause[0][1].lower() == "begins_with" else 0
    if clause[position][0] not in {"IDENT", "NAME_REF"}:
        raise NotNarrowed
    return position


def always(_key: str) -> bool:
    return True


def never(_key: str) -> bool:
    return False


def first(entries: list[Entry], bound: Bound) -> int:
    return bisect_left(entries, 1, key=lambda entry: bound(entry[0]))


def cutter(
    within: tuple[Bound, Bound], cursor: Entry | None, limit: int | None, *, forward: bool
) -> Callable[[list[Entry]], list[Entry]]:
    """Returns the function that cuts a partition's entries to the entries of one page."""

    def cut(entries: list[Entry]) -> list[Entry]:
        start, end = (first(entries, bound) for bound in within)
        if cursor is not None:
            # An entry equal to the cursor stays; the emulator drops it.
            start = max(start, bisect_left(entries, cursor)) if forward else start
            end = end if forward else min(end, bisect_left(entries, cursor))
        if limit is not None:
            start, end = (start, min(end, start + limit + 2)) if forward else (max(start, end - limit - 2), end)
        # One row lets the emulator check the expressions as it does for any partition that is not empty.
        return entries[start:end] or entries[:1]

    return cut


def keys_for(order: Order, name: str | None) -> Keys:
    """Returns the keys of the table or index. Raises NotNarrowed for keys of several attributes."""
    keys = next((each for each in order.keys if each.name == name), None)
    if keys is None or len(keys.partition) != 1 or len(keys.order) > 1:
        raise NotNarrowed
    return keys
