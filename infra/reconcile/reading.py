"""Reads a bank statement (camt.053 or CSV) or an acquirer's file (CSV). infra/reconcile/camt.py reads the XML."""

import csv
import io
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path

from infra.reconcile import camt
from infra.reconcile.lines import ACQUIRER, BANK, TOLD, File, Line, covering, day, minor
from infra.usage import UsageError

BANK_COLUMNS = ("date", "type", "settlement_id", "reference", "amount", "currency")
ACQUIRER_COLUMNS = ("date", "type", "id", "amount", "fee", "currency")
# Parsed, a file takes some thirty times its bytes.
MOST_BYTES = 16 * 1024 * 1024
UTF16 = (BOM_UTF16_LE, BOM_UTF16_BE)


def read_path(path: Path) -> File:
    """Reads a file. Raises OSError, and UsageError that names the file."""
    with path.open("rb") as opened:
        data = opened.read(MOST_BYTES + 1)
    try:
        return read(data)
    except UsageError as error:
        raise UsageError(f"{path.name}: {error}") from None


def read(data: bytes) -> File:
    """Reads a file; its content tells its form. Raises UsageError for a file that it cannot read."""
    if len(data) > MOST_BYTES:
        raise UsageError(f"The file is larger than {MOST_BYTES // 1024**2} MiB. Reconcile it in parts.")
    # UTF-8 unless a byte order mark says otherwise. An XML file names its encoding itself.
    if data.startswith(UTF16):
        data = _decoded(data, "utf-16").encode()
    plain = data.removeprefix(b"\xef\xbb\xbf").lstrip(b" \r\n\t")
    return camt.read(plain) if plain.startswith(b"<") else _csv(_decoded(plain, "utf-8"))


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UsageError(f"The file is no text in {encoding.upper()}: byte {error.start} is wrong.") from None


def _csv(text: str) -> File:
    rows = csv.DictReader(io.StringIO(text))
    try:
        columns = set(rows.fieldnames or ())
        for source, wanted in ((BANK, BANK_COLUMNS), (ACQUIRER, ACQUIRER_COLUMNS)):
            if columns >= set(wanted):
                return covering(source, [_row(source, row, f"line {rows.line_num}") for row in rows])
    except csv.Error as error:
        raise UsageError(f"line {rows.line_num}: {error}") from None
    raise UsageError(
        f"The file is no camt.053 and has not the columns of a bank ({', '.join(BANK_COLUMNS)}) "
        f"or of an acquirer ({', '.join(ACQUIRER_COLUMNS)})."
    )


def _row(source: str, row: dict[str, str], place: str) -> Line:
    if None in row.values() or row["type"] not in TOLD[source]:
        raise UsageError(f"{place}: type must be one of {', '.join(TOLD[source])}, and no column may be missing")
    currency = row["currency"].strip()
    of_bank = source == BANK
    return Line(
        row["type"],
        row["settlement_id" if of_bank else "id"].strip(),
        minor(row["amount"], currency, place),
        currency,
        day(row["date"], place),
        None if of_bank else minor(row["fee"], currency, place),
        row["reference"].strip() if of_bank else "",
        place,
    )
