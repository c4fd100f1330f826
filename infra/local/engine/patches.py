"""Makes the embedded DynamoDB answer a query in the time of its page, whatever the length of the history.

MiniStack walks through the whole partition and parses the key condition again for each row. The patches keep each
partition sorted, hand MiniStack's own query a table that has only the rows of the page, and remember what was parsed.
So every rule, error and answer stays MiniStack's own.
"""

# ruff: noqa: SLF001  # the patches replace private parts of a pinned version, and check that they are there

import copy
import json
import marshal
from collections.abc import Callable, Iterator
from functools import lru_cache
from types import FunctionType, SimpleNamespace
from typing import Any

import msgspec

from infra.local.engine.narrow import NotNarrowed, always, attribute_at, bounds, cutter, keys_for, never
from infra.local.engine.order import Order

REMEMBERED = 1024  # expressions; the gateway has some hundred
# The parts of MiniStack that the patches replace or call, with their parameters.
INTERNALS = {
    "_query": ("data",),
    "_set_item": ("table", "pk_val", "sk_val", "item"),
    "_remove_item": ("table", "pk_val", "sk_val"),
    "_index_members": ("table",),
    "_index_item": ("table", "base_pk", "base_sk", "item", "add"),
    "_tokenize": ("expr",),
    "_condition_syntax_error": ("expr", "slot"),
    "_key_condition_clauses": ("tokens",),
    "_extract_key_val": ("attr",),
    "_get_attr_type": ("table", "attr_name"),
    "_normalize_table_name": ("value",),
}
MEMBERS = "_index_members"  # the key under which a table keeps what is derived from its rows and never saved


class ChangedEmulator(RuntimeError):
    """MiniStack has another shape than the pinned version."""


def require(module: Any, parts: dict[str, tuple[str, ...]]) -> None:
    """Raises ChangedEmulator, with the name of the part that is missing or takes other parameters."""
    for name, parameters in parts.items():
        code = getattr(getattr(module, name, None), "__code__", None)
        if code is None or code.co_varnames[: code.co_argcount] != parameters:
            raise ChangedEmulator(f"MiniStack's {name} is not the one that infra/local/engine was written for.")


def check(dynamodb: Any) -> None:
    """Raises ChangedEmulator unless MiniStack's DynamoDB has the parts that the patches replace."""
    require(dynamodb, INTERNALS)
    if getattr(dynamodb, "_INDEX_MEMBERS", None) != MEMBERS:
        raise ChangedEmulator("MiniStack keeps the members of its indexes elsewhere.")


def install(dynamodb: Any) -> None:
    """Patches MiniStack's module. Raises ChangedEmulator before it has changed anything."""
    check(dynamodb)
    dynamodb._tokenize = lru_cache(REMEMBERED)(dynamodb._tokenize)
    dynamodb._condition_syntax_error = lru_cache(REMEMBERED)(dynamodb._condition_syntax_error)

    def index_members(table: dict[str, Any]) -> Any:
        members = table.get(MEMBERS)
        if members is None:
            members = table[MEMBERS] = Order(table, dynamodb._extract_key_val)
        return members

    def index_item(table: dict[str, Any], base_pk: str, base_sk: str, item: dict[str, Any], *, add: bool) -> None:
        order = table.get(MEMBERS)
        if order is not None and add:
            order.put(base_pk, base_sk, item)
        elif order is not None:
            order.remove(base_pk, base_sk)

    dynamodb._index_members, dynamodb._index_item = index_members, index_item
    dynamodb.copy, dynamodb.json_response = SimpleNamespace(deepcopy=copied), response
    dynamodb.json = SimpleNamespace(**(vars(json) | {"dumps": text}))
    dynamodb._query = _narrowed(dynamodb, dynamodb._query)


def copied(value: Any) -> Any:
    """Returns a deep copy, for JSON in a tenth of the time of copy.deepcopy, with which MiniStack copies each row."""
    try:
        return marshal.loads(marshal.dumps(value))  # noqa: S302  # of this process's own bytes
    except ValueError:  # what only tables hold
        return copy.deepcopy(value)


def text(value: Any, **how: Any) -> str:
    """Does what json.dumps does; without further wishes (MiniStack measures each transaction so) in C."""
    return json.dumps(value, **how) if how else msgspec.json.encode(value).decode()


def response(data: dict[str, Any], status: int = 200) -> tuple[int, dict[str, str], bytes]:
    """Does what MiniStack's own json_response does, in C."""
    return status, {"Content-Type": "application/x-amz-json-1.0"}, msgspec.json.encode(data)


def _narrowed(dynamodb: Any, query: Any) -> Callable[[dict[str, Any]], Any]:
    def narrowed(data: dict[str, Any]) -> Any:
        try:
            name = dynamodb._normalize_table_name(data["TableName"])
            view = _view(dynamodb, dynamodb._tables.get(name), data)
        except (NotNarrowed, KeyError, TypeError, ValueError, AttributeError, IndexError):
            return query(data)  # an unusual or mistaken request: MiniStack answers it in its own way
        # The same code, for which the table has only these rows.
        return FunctionType(query.__code__, {**vars(dynamodb), "_tables": {name: view}})(data)

    return narrowed


def _view(dynamodb: Any, table: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """Returns the table with only the rows that the query can return. Raises NotNarrowed for unusual queries."""
    order, index, values = dynamodb._index_members(table), data.get("IndexName"), data["ExpressionAttributeValues"]
    keys = keys_for(order, index)
    if {dynamodb._get_attr_type(table, name) for each in order.keys for name in (*each.partition, *each.order)} != {
        "S"
    }:
        raise NotNarrowed
    clauses = dict(_by_attribute(dynamodb, data))
    (equality,) = (text for kind, text in clauses.pop(keys.partition[0]) if kind == "VALUE_REF")
    partition = values[equality]["S"]
    within: Any = (always, never)
    for name, clause in clauses.items():  # at most one; a condition on another attribute is MiniStack's to refuse
        if [name] != list(keys.order):
            raise NotNarrowed
        within = bounds(clause, values)
    limit = int(data["Limit"]) if "Limit" in data else None
    cut = cutter(within, _cursor(table, keys.order, data), limit, forward=data.get("ScanIndexForward", True))
    items: dict[str, dict[str, Any]] = {}
    for pk, sk in order.rows(index, partition, cut):
        items.setdefault(pk, {})[sk] = table["items"][pk][sk]
    rows = [(pk, sk) for pk, found in items.items() for sk in found]
    return {**table, "items": items, MEMBERS: {index: {partition: rows}}}


def _by_attribute(dynamodb: Any, data: dict[str, Any]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yields each clause of the key condition with the name of its attribute. Raises NotNarrowed for OR and NOT."""
    names = data.get("ExpressionAttributeNames", {})
    for clause in _clauses(dynamodb, dynamodb._tokenize(data["KeyConditionExpression"])):
        kind, text = clause[attribute_at(clause)]
        yield (names[text] if kind == "NAME_REF" else text), clause


def _clauses(dynamodb: Any, tokens: Any) -> Iterator[list[tuple[str, str]]]:
    """Yields the clauses of a condition, which pynamodb puts into parentheses as a whole, without parentheses."""
    for clause in dynamodb._key_condition_clauses(tokens):
        if clause[0][0] == "LPAREN" and clause[-1][0] == "RPAREN":
            yield from _clauses(dynamodb, clause[1:-1])
        else:
            yield clause


def _cursor(table: dict[str, Any], ranges: Any, data: dict[str, Any]) -> tuple[str, ...] | None:
    """Returns the entry of ExclusiveStartKey's row."""
    start = data.get("ExclusiveStartKey")
    if not start:
        return None
    own = [name for name in (table["pk_name"], table.get("sk_name")) if name]
    return tuple(start[name]["S"] for name in (*ranges, *own)) + (() if len(own) > 1 else ("",))
