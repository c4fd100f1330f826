"""Refuses records that are missing or belong to another merchant. Both get the same answer: a caller learns no id."""

from typing import Any, Protocol, TypeVar

from chalicelib.domain.errors import NotFound


class Owned(Protocol):
    merchant_id: Any


R = TypeVar("R")
O = TypeVar("O", bound=Owned)  # noqa: E741


def existing(record: R | None, noun: str) -> R:
    """Returns the record. Raises NotFound, which calls the record by the noun, if there is none."""
    if record is None:
        raise NotFound(noun)
    return record


def owned(record: O | None, merchant_id: str, noun: str) -> O:
    """Returns the record. Raises NotFound, which calls the record by the noun, unless it is the merchant's."""
    if record is None or record.merchant_id != merchant_id:
        raise NotFound(noun)
    return record
