"""Computes a merchant's figures from the running totals: as many reads for ten payments as for ten million."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest
from chalicelib.persistence import totals
from chalicelib.persistence.totals import Total

DEFAULT_DAYS = 30
MAX_DAYS = 366
PERCENT = 100


def stats(merchant_id: str, first: date | None, last: date | None, currency: str) -> dict[str, Any]:
    """Returns the figures and a daily series. first and last: UTC days, both included.

    Without days the figures cover all time and the series covers 30 days. Settled payments of every currency are
    counted; amounts are summed up for one currency. A payment belongs to the day on which it was created. success_rate
    is a percentage with two decimals. A voided payment has succeeded for the payer, so the rate counts it; the amount
    and the number of successful payments leave it out.
    """
    until = last or date.fromisoformat(clock.day(clock.iso(clock.now())))
    since = first or date.fromordinal(max(1, until.toordinal() - DEFAULT_DAYS + 1))
    if not 0 < (until - since).days + 1 <= MAX_DAYS:
        raise BadRequest(f"from must not be after to, and at most {MAX_DAYS} days before it", field="from")
    days = totals.of_days(merchant_id, since.isoformat(), until.isoformat())
    whole = days if first or last else totals.all_time(merchant_id)
    series = _series(days, since, until, currency)
    return {"currency": currency, **_figures(whole, currency), "by_currency": _by_currency(whole), "series": series}


def _by_currency(rows: Sequence[Total]) -> list[dict[str, Any]]:
    """Returns the figures of each currency in which payments have settled, the one with most payments first."""
    figures = [_of_one(rows, currency) for currency in sorted({row.currency for row in rows})]
    settled = [each for each in figures if each["successful"] or each["failed"] or each["refunded_amount"]]
    return sorted(settled, key=lambda each: -(each["successful"] + each["failed"]))


def _of_one(rows: Sequence[Total], currency: str) -> dict[str, Any]:
    figures = _figures([row for row in rows if row.currency == currency], currency)
    shown = {name: figures[name] for name in ("total_amount", "refunded_amount", "successful", "failed")}
    return {"currency": currency, **shown, "net_amount": figures["total_amount"] - figures["refunded_amount"]}


def _figures(rows: Sequence[Total], currency: str) -> dict[str, Any]:
    of_currency = [row for row in rows if row.currency == currency]
    succeeded = sum(int(row.succeeded) for row in rows)
    failed = sum(int(row.failed - row.recovered) for row in rows)
    settled = succeeded + failed
    return {
        "total_transactions": settled,
        "total_amount": sum(int(row.succeeded_amount - row.voided_amount) for row in of_currency),
        "success_rate": round(PERCENT * succeeded / settled, 2) if settled else 0,
        "successful": succeeded - sum(int(row.voided) for row in rows),
        "failed": failed,
        "refunded_amount": sum(int(row.refunded_amount) for row in of_currency),
    }


def _series(rows: Sequence[Total], since: date, until: date, currency: str) -> list[dict[str, Any]]:
    by_day: dict[str, list[Total]] = defaultdict(list)
    for row in rows:
        by_day[clock.day(row.period)].append(row)
    days = ((since + timedelta(days=n)).isoformat() for n in range((until - since).days + 1))
    return [{"date": day, **_figures(by_day[day], currency)} for day in days]
