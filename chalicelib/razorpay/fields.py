"""Reads the fields of a body or query, whose numbers may be texts and whose switches have many spellings."""

import json
import re
from typing import Any

from chalicelib.domain.money import CURRENCIES, DEFAULT_CURRENCY
from chalicelib.razorpay.errors import Refusal

MAX_NOTES = 15
MAX_NOTE = 256
TRUE, FALSE = frozenset({"1", "true"}), frozenset({"0", "", "false"})
_INTEGER = re.compile(r"[0-9]{1,18}")


class Fields:
    """A tree of parameters. An absent field, null and an empty text mean the same."""

    def __init__(self, tree: dict[str, Any]) -> None:
        self.tree = tree

    def has(self, name: str) -> bool:
        return self.tree.get(name) not in {None, ""} if _is_plain(self.tree.get(name)) else True

    def inner(self, name: str) -> "Fields":
        """Returns the fields inside a field; none if it is absent or no object."""
        value = self.tree.get(name)
        return Fields(value if isinstance(value, dict) else {})

    def text(self, name: str, most: int = 255) -> str | None:
        """Returns a text. Raises Refusal if it has more than `most` characters."""
        if not self.has(name):
            return None
        value = self.tree[name]
        if not _is_plain(value) or isinstance(value, bool):
            raise Refusal(f"The {name} must be a string.", name)
        if len(str(value)) > most:
            raise Refusal(f"{name}: the length must be no more than {most}.", name)
        return str(value)

    def required_text(self, name: str, most: int = 255) -> str:
        found = self.text(name, most)
        if found is None:
            raise Refusal(f"The {name} field is required.", name)
        return found

    def optional_integer(self, name: str, least: int | None = None, most: int | None = None) -> int | None:
        """Returns a whole number, which may come as a text. Raises Refusal."""
        if not self.has(name):
            return None
        value = self.tree[name]
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole and not (isinstance(value, str) and _INTEGER.fullmatch(value)):
            raise Refusal(f"The {name} must be an integer.", name)
        return _within(int(value), name, least, most)

    def integer(self, name: str, default: int | None = None, least: int | None = None, most: int | None = None) -> int:
        """Returns a whole number. Without a default the field is required. Raises Refusal."""
        found = self.optional_integer(name, least, most)
        if found is not None:
            return found
        if default is None:
            raise Refusal(f"The {name} field is required.", name)
        return default

    def switch(self, name: str) -> bool | None:
        """Returns a switch; None if it is absent. An empty text is off, as PHP writes it. Raises Refusal."""
        value = self.tree.get(name)
        if value is None:
            return None
        text = str(value).lower()
        if text not in TRUE | FALSE:
            raise Refusal(f"The {name} field must be true or false.", name)
        return text in TRUE

    def currency(self) -> str:
        """Returns the currency. Raises Refusal for an unknown one."""
        code = self.text("currency") or DEFAULT_CURRENCY
        if code not in CURRENCIES:
            raise Refusal("Currency is not supported", "currency")
        return code

    def required_notes(self) -> dict[str, str]:
        """Returns the notes of a request that changes nothing else. Raises Refusal."""
        found = self.notes()
        if found is None:
            raise Refusal("The notes field is required.", "notes")
        return found

    def notes(self) -> dict[str, str] | None:
        """Returns the notes, with their values as texts; None if the field is absent. Raises Refusal."""
        found = self.tree.get("notes")
        if found is None:
            return None
        if found in ([], ""):
            return {}
        # A form whose keys are numbers looks like a list.
        pairs = {str(number): value for number, value in enumerate(found)} if isinstance(found, list) else found
        if not isinstance(pairs, dict):
            raise Refusal("Notes should be provided as a dictionary", "notes")
        if len(pairs) > MAX_NOTES:
            raise Refusal(f"notes may have no more than {MAX_NOTES} keys", "notes")
        return {str(name): _note(value) for name, value in pairs.items()}


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float)


def _within(value: int, name: str, least: int | None, most: int | None) -> int:
    if least is not None and most is not None and not least <= value <= most:
        if name in {"count", "skip"}:
            word = "greater" if value > most else "less"
            raise Refusal(f"The {name} may not be {word} than {most if value > most else least}.", name)
        raise Refusal(f"{name} must be between {least} and {most}", name)
    return value


def _note(value: Any) -> str:
    text = value if isinstance(value, str) else "" if value is None else json.dumps(value)
    if len(text) > MAX_NOTE:
        raise Refusal(f"notes: the length must be no more than {MAX_NOTE}.", "notes")
    return text
