"""Makes the lines of an invoice, of which each has a price and a quantity."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from chalicelib.domain.errors import BadRequest
from chalicelib.domain.ids import new_id
from chalicelib.domain.money import MAX_AMOUNT, MIN_AMOUNT
from chalicelib.services import items

FIELD = "line_items"
Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Holds what a request says of a line. id: of a line of the invoice; it supplies the fields that the request leaves out.

    item_id: of an item; it supplies name, description and amount where the request has none. amount: of one, minor units.
    """

    id: str | None = None
    item_id: str | None = None
    name: str | None = None
    description: str | None = None
    amount: int | None = None
    quantity: int | None = None


def make(merchant_id: str, wanted: Sequence[Wanted], currency: str, before: Sequence[Line] = ()) -> list[Line]:
    """Returns the lines. before: the lines of the stored invoice. Raises BadRequest, or NotFound for an unknown item."""
    known = {line["id"]: line for line in before}
    made = [_line(merchant_id, each, currency, known) for each in wanted]
    if not MIN_AMOUNT <= total(made) <= MAX_AMOUNT:
        raise BadRequest(f"The amount of the {FIELD} must be between {MIN_AMOUNT} and {MAX_AMOUNT}", field=FIELD)
    return made


def _line(merchant_id: str, wanted: Wanted, currency: str, known: dict[str, Line]) -> Line:
    if wanted.id is not None and wanted.id not in known:
        raise BadRequest(f"{wanted.id} is no line of the invoice", field=FIELD)
    told = {name: value for name, value in asdict(wanted).items() if value is not None}
    usual = {"id": new_id("li"), "item_id": None, "description": None, "quantity": 1}
    line = {**usual, **known.get(wanted.id or "", {}), **_of_item(merchant_id, wanted.item_id, currency), **told}
    if missing := [name for name in ("name", "amount") if name not in line]:
        raise BadRequest(f"The {missing[0]} field is required.", field=FIELD)
    return line


def _of_item(merchant_id: str, item_id: str | None, currency: str) -> Line:
    if item_id is None:
        return {}
    item = items.find(merchant_id, item_id)
    if item.currency != currency:
        raise BadRequest("All items of an invoice have the invoice's currency", field=FIELD)
    return {"name": item.name, "description": item.description, "amount": int(item.amount)}


def total(lines: Sequence[Line]) -> int:
    """Returns what the lines cost together, in minor units."""
    return sum(int(line["amount"]) * int(line["quantity"]) for line in lines)
