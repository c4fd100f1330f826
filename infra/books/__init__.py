"""Writes a stage's books in the form of other programs: a beancount journal, one CSV row for each line, or JSON."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence

from chalicelib.domain.ledger import CHART, Account
from chalicelib.domain.money import in_major_unit
from infra.audit.snapshot import Item

COLUMNS = ("time", "posting", "movement", "object", "merchant", "account", "currency", "debit", "credit")
# A beancount account has to be opened before its first transaction.
OPENED = "1970-01-01"


def time_of(posting: Item) -> str:
    return str(posting["at_id"]).partition("#")[0]


def in_order(postings: Iterable[Item]) -> list[Item]:
    return sorted(postings, key=lambda posting: (str(posting["at_id"]), str(posting["owner"])))


def account_name(account: str, merchant_id: str) -> str:
    """Returns beancount's name of a merchant's account: Liabilities:Merchant-Payable:M-4f6b…"""
    words = "-".join(word.capitalize() for word in account.split("_"))
    return f"{CHART[Account(account)].kind}:{words}:M-{merchant_id}"


def beancount(postings: Iterable[Item]) -> str:
    """Returns a beancount journal. Amounts are in the currency's major unit."""
    ordered = in_order(postings)
    return "\n".join((*_opened(ordered), *(line for posting in ordered for line in _transaction(posting)), ""))


def _opened(ordered: Sequence[Item]) -> Iterator[str]:
    names = {account_name(account, posting["merchant_id"]) for posting in ordered for account, _ in posting["lines"]}
    yield from (f"{OPENED} open {name}" for name in sorted(names))


def _transaction(posting: Item) -> Iterator[str]:
    at, currency = time_of(posting), posting["currency"]
    yield f'\n{at[:10]} * "{posting["movement"]}" "{posting["object_id"]}"'
    yield f'  time: "{at}"'
    for account, amount in posting["lines"]:
        yield f"  {account_name(account, posting['merchant_id'])}  {_signed(int(amount), currency)} {currency}"


def _signed(amount: int, currency: str) -> str:
    return f"{'-' if amount < 0 else ''}{in_major_unit(abs(amount), currency)}"


def as_csv(postings: Iterable[Item]) -> str:
    """Returns one row for each line. Amounts are in the currency's minor unit."""
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(COLUMNS)
    for posting in in_order(postings):
        movement, of = posting["movement"], posting["object_id"]
        head = (time_of(posting), f"{movement}.{of}", movement, of, posting["merchant_id"])
        for account, signed in posting["lines"]:
            amount = int(signed)
            rows.writerow((*head, account, posting["currency"], max(amount, 0) or "", max(-amount, 0) or ""))
    return file.getvalue()


def as_json(postings: Iterable[Item]) -> str:
    """Returns one document. Amounts are in the currency's minor unit; a debit is positive."""
    return json.dumps([dict(_shown(posting)) for posting in in_order(postings)]) + "\n"


def _shown(posting: Item) -> Iterator[tuple[str, object]]:
    movement, of = posting["movement"], posting["object_id"]
    yield "time", time_of(posting)
    yield "posting", f"{movement}.{of}"
    yield from (("movement", movement), ("object", of), ("merchant", posting["merchant_id"]))
    yield "currency", posting["currency"]
    yield "lines", [{"account": account, "amount": int(amount)} for account, amount in posting["lines"]]


FORMATS = {"beancount": beancount, "csv": as_csv, "json": as_json}
