"""A request's body as one of the classes in schemas.py, or a sentence that says what is wrong and where."""

import codecs
import re
from contextlib import suppress
from functools import reduce
from itertools import islice
from operator import getitem
from types import UnionType
from typing import Any, TypeVar, get_args, overload

import msgspec
from msgspec import Struct

from chalicelib.domain.errors import BadRequest

T = TypeVar("T", bound=Struct)
# A request's class, or several that one field (a method, say) tells apart.
Kind = type[Struct] | UnionType

MAX_TRIED = 1000
BLANKS = " \t\r\n"  # of RFC 8259; str.strip knows more
MAX_KEY = 64  # characters of a caller's own key that an error repeats
_TRUNCATED = "Input data was truncated"
_FAULT = re.compile(r"(?:JSON is malformed: )?(?P<reason>.*?)(?: \(byte (?P<byte>[0-9]+)\))?")
_HALF = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])")
_PLACE = re.compile(r" - at (?P<key>`key` in )?`(?:key in )?\$\.?(?P<field>[^`]*)`$")
_ANY_KEY = "[...]"


@overload
def parse(body: bytes, kind: type[T]) -> T: ...
@overload
def parse(body: bytes, kind: UnionType) -> Any: ...
def parse(body: bytes, kind: Kind) -> Any:
    """Takes an empty body, and PHP's `[]`, as an empty object. Raises BadRequest naming the field, or the byte at fault."""
    text = body.removeprefix(codecs.BOM_UTF8)
    try:
        # Decoded first, since msgspec does not look into strings that it skips.
        document = text.decode()
        return msgspec.json.decode("{}" if document.strip(BLANKS) in {"", "[]"} else document, type=kind)
    except msgspec.ValidationError as error:
        raise _explain(error, text, kind) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        reason, byte = _fault(error, text)
        place = "" if byte is None else f" (byte {byte + len(body) - len(text)})"
        raise BadRequest(f"Malformed JSON: {reason}{place}") from None


def members(kind: Kind) -> tuple[type[Struct], ...]:
    """Lists the classes that a body may be of."""
    return get_args(kind) or (kind,)


def _known_tags(kind: Kind, name: str) -> list[str]:
    """What may stand in the field that tells a union's members apart, if `name` is that field."""
    configs = [member.__struct_config__ for member in members(kind)]
    return [str(config.tag) for config in configs if config.tag_field and config.tag_field == name]


def _fault(error: Exception, text: bytes) -> tuple[str, int | None]:
    """What is wrong, and at which byte, counted from 0."""
    if isinstance(error, RecursionError):
        return "nested too deeply", None
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8", error.start
    if str(error) == _TRUNCATED:  # also what msgspec says of half a surrogate pair shortly before the end
        half = _HALF.search(text)
        return ("half of a surrogate pair", half.start()) if half else ("it ends too early", len(text))
    found = _FAULT.fullmatch(str(error))
    return (found["reason"], int(found["byte"]) if found["byte"] else None) if found else (str(error), None)


def _explain(error: msgspec.ValidationError, text: bytes, kind: Kind) -> BadRequest:
    place = _PLACE.search(str(error))
    reason = str(error)[: place.start()] if place else str(error)
    name = place["field"] if place else ""
    if name.endswith(_ANY_KEY):
        name = _with_key(name.removesuffix(_ANY_KEY), text, kind)
    missing = re.fullmatch(r"Object missing required field `(?P<name>\w+)`", reason)
    if missing:
        name = ".".join(filter(None, (name, missing["name"])))
        return BadRequest(f"{name} is required", field=name)
    if known := _known_tags(kind, name):
        return BadRequest(f"{name} must be one of {', '.join(known)}", field=name)
    reason = reason.replace("`", "")
    if not name:
        return BadRequest(reason)
    whose = "a key: " if place and place["key"] else ""
    return BadRequest(f"{name}: {whose}{reason[0].lower()}{reason[1:]}", field=name)


def _with_key(map_name: str, text: bytes, kind: Kind) -> str:
    """The key at which msgspec stopped, which it does not say: the first entry that it refuses when that is alone.

    Where the rest of the body cannot be read, and in a map of very many keys, the map's name has to do.
    """
    path = map_name.split(".")
    with suppress(msgspec.DecodeError, RecursionError, KeyError):
        document = msgspec.json.decode(text)
        for key, value in islice(reduce(getitem, path, document).items(), MAX_TRIED):
            if _is_refused(_only(document, path, key, value), kind):
                return f"{map_name}.{key[:MAX_KEY]}"
    return map_name


def _is_refused(document: dict[str, Any], kind: Kind) -> bool:
    """For an entry of a map."""
    try:
        msgspec.convert(document, kind)
    except msgspec.ValidationError as error:
        return _ANY_KEY in str(error)
    return False


def _only(document: dict[str, Any], path: list[str], key: str, value: object) -> dict[str, Any]:
    """The document with this one entry in the map at the path."""
    first, *rest = path
    return {**document, first: _only(document[first], rest, key, value) if rest else {key: value}}
