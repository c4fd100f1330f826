"""Reads bodies and queries as the official clients send them.

Some clients send JSON, others send forms with brackets (`notes[k]=v`). The Content-Type is not looked at, because some
clients send the one under the label of the other.
"""

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from chalicelib.razorpay.errors import Refusal

Tree = dict[str, Any]

MAX_FIELDS = 1000
MAX_DEPTH = 8
_NAME = re.compile(r"(?P<first>[^\[\]]+)(?P<rest>(?:\[[^\[\]]*\])*)")
_NOTHING = frozenset({"", "null", "[]"})


def body(raw: bytes) -> Tree:
    """Returns the parameters in a body. Empty bodies and `null` have none. Raises Refusal."""
    try:
        text = raw.decode("utf-8-sig").strip()
        if text in _NOTHING:
            return {}
        found = json.loads(text) if text[0] in "{[" else form(parse_qsl(text, True, max_num_fields=MAX_FIELDS))  # noqa: FBT003
    except (ValueError, RecursionError):
        raise Refusal("The request body could not be parsed.") from None
    if not isinstance(found, dict):
        raise Refusal("The request body must be an object.")
    return found


def form(pairs: Iterable[tuple[str, str]]) -> Tree:
    """Returns a tree of bracketed names. `[]` and numbers between brackets make lists. Raises Refusal."""
    tree: Tree = {}
    for name, value in pairs:
        _put(tree, _steps(name), value)
    return {name: _with_lists(value) for name, value in tree.items()}


def _steps(name: str) -> list[str]:
    parts = _NAME.fullmatch(name)
    if parts is None:
        return [name]
    steps = [parts["first"], *re.findall(r"\[([^\[\]]*)\]", parts["rest"])]
    if len(steps) > MAX_DEPTH:
        raise Refusal("The request is nested too deeply.")
    return steps


def _put(tree: Tree, steps: list[str], value: str) -> None:
    for step in steps[:-1]:
        inner = tree.get(step or str(len(tree)))
        if not isinstance(inner, dict):
            inner = tree[step or str(len(tree))] = {}
        tree = inner
    tree[steps[-1] or str(len(tree))] = value


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _with_lists(each) for name, each in value.items()}
    return list(inner.values()) if inner and all(name.isdecimal() for name in inner) else inner


def leaves(value: Any) -> list[str]:
    """Returns all texts in a value, whatever its shape: `expand` comes as a text, a list or an object."""
    if isinstance(value, dict):
        value = list(value.values())
    return [text for each in value for text in leaves(each)] if isinstance(value, list) else [str(value)]
