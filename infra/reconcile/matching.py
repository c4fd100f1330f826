"""Compares a file with the ledger, and names each exception."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from infra.reconcile.lines import BANK, OPPOSITE, TOLD, File, Line

Key = tuple[str, str]
# Days that a line may come after its movement in the ledger: banks book on the next business day.
PATIENCE_DAYS = {True: 3, False: 5}

MISSING, UNKNOWN, DOUBLE = "missing", "unknown", "double"
WRONG_AMOUNT, WRONG_CURRENCY, WRONG_FEE = "wrong amount", "wrong currency", "wrong fee"
WRONG_REFERENCE, WRONG_DIRECTION, LATE = "wrong reference", "wrong direction", "late"
# What a person does about each exception.
ADVICE = {
    MISSING: "The ledger has this movement and the file does not. Ask for it by its id; until then the money is owed.",
    UNKNOWN: "The ledger has no such movement. Do not book it. Ask whose money it is.",
    DOUBLE: "The file has this movement twice. Ask for the second amount back.",
    WRONG_AMOUNT: "Claim the difference, or correct the ledger's source if the file is right.",
    WRONG_CURRENCY: "Ask for the movement to be reversed and made again in the ledger's currency.",
    WRONG_FEE: "Compare the fee with the price list, and claim the difference.",
    WRONG_REFERENCE: "The transfer's reference is another one. Ask which transfer the merchant's bank got.",
    WRONG_DIRECTION: "The money went the other way. Ask for the entry to be reversed.",
    LATE: "It came later than agreed. Nothing is owed; note it for the talk with the bank.",
}


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Something in which a file and the ledger differ. subject: the movement's id. detail: both sides, for people."""

    name: str
    subject: str
    detail: str

    @property
    def advice(self) -> str:
        return ADVICE[self.name]


@dataclass(frozen=True, slots=True)
class Result:
    """matched: lines that agree. waiting: movements that may still come. exceptions: everything else."""

    matched: int
    waiting: int
    exceptions: tuple[Mismatch, ...]


def compare(file: File, ledger: Iterable[Line]) -> Result:
    """Compares a file with what the ledger expects. Lines of movements before the file's days are matched, too."""
    known = {(line.kind, line.id): line for line in ledger if line.kind in TOLD[file.source]}
    told: dict[Key, list[Line]] = defaultdict(list)
    for line in file.lines:
        told[line.kind, line.id].append(line)
    found = [each for key, lines in told.items() for each in _of_key(lines, known.get(key), _turned(key, known, told))]
    absent = [line for key, line in known.items() if key not in told and file.first <= line.day <= file.last]
    overdue = [line for line in absent if _days(line.day, file.last) > _patience(file.source)]
    turned = {each.subject for each in found if each.name == WRONG_DIRECTION}
    found += [
        Mismatch(MISSING, line.id, f"{_told(line)} of {line.day} is not in the file")
        for line in overdue
        if line.id not in turned
    ]
    wrong = {each.subject for each in found}
    matched = sum(1 for key in told if key in known and key[1] not in wrong)
    return Result(matched, len(absent) - len(overdue), tuple(found))


def _turned(key: Key, known: Mapping[Key, Line], told: Mapping[Key, object]) -> Line | None:
    """Returns the ledger's movement of the same object in the other direction, if the file lacks that one."""
    other = (OPPOSITE[key[0]], key[1])
    return None if other in told else known.get(other)


def _of_key(lines: list[Line], wanted: Line | None, other: Line | None) -> Iterator[Mismatch]:
    """Yields the mismatches of the lines of one movement. other: see _turned."""
    if wanted is None:
        name = WRONG_DIRECTION if other else UNKNOWN
        for line in lines:
            yield Mismatch(name, line.id, f"{line.place}: {_told(line)}; the ledger has {_told(other)}")
        return
    first = lines[0]
    for again in lines[1:]:
        yield Mismatch(DOUBLE, again.id, f"{again.place}: {_told(again)}, as in {first.place}")
    for name, differs in DIFFERENCES.items():
        if differs(first, wanted):
            yield Mismatch(name, first.id, f"{first.place}: {_told(first)}; the ledger has {_told(wanted)}")


def _is_late(line: Line, wanted: Line) -> bool:
    return _days(wanted.day, line.day) > _patience(BANK if line.kind in TOLD[BANK] else "")


DIFFERENCES: dict[str, Callable[[Line, Line], bool]] = {
    WRONG_CURRENCY: lambda line, wanted: line.currency != wanted.currency,
    WRONG_AMOUNT: lambda line, wanted: line.currency == wanted.currency and line.amount != wanted.amount,
    WRONG_FEE: lambda line, wanted: None not in (line.fee, wanted.fee) and line.fee != wanted.fee,
    WRONG_REFERENCE: lambda line, wanted: bool(wanted.reference) and line.reference != wanted.reference,
    LATE: _is_late,
}


def _patience(source: str) -> int:
    return PATIENCE_DAYS[source == BANK]


def _days(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)) // timedelta(days=1)


def _told(line: Line | None) -> str:
    """Writes a line for people. Amounts are minor units, as everywhere in the gateway."""
    if line is None:
        return "nothing"
    fee = "" if line.fee is None else f", fee {line.fee}"
    reference = f", reference {line.reference}" if line.reference else ""
    return f"{line.kind} {line.amount} {line.currency}{fee}{reference}, {line.day}"
