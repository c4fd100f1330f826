"""Settlements, and the report that lists what they hold."""

import calendar
from datetime import UTC, datetime
from itertools import islice

from chalicelib.domain import clock
from chalicelib.domain.scopes import Scope
from chalicelib.razorpay.asked import COUNT, LATEST_TIME, Asked
from chalicelib.razorpay.fields import Fields
from chalicelib.razorpay.router import on
from chalicelib.services.books.settlements import records, report
from chalicelib.services.entities import settlements as entities
from chalicelib.services.entities.common import Entity, collection

# The most lines of a report that one request gets, and the most that it passes over (docs/adr/0015).
MOST_LINES, MOST_SKIPPED = 1000, 10_000
FIRST_YEAR, LAST_YEAR = 2000, datetime.fromtimestamp(LATEST_TIME, UTC).year


@on("GET", "/v1/settlements", Scope.SETTLEMENTS_READ)
def list_settlements(asked: Asked) -> Entity:
    return collection([entities.settlement(each) for each in records.page(asked.list_query())])


@on("GET", "/v1/settlements/recon/combined", Scope.SETTLEMENTS_READ)
def list_settled(asked: Asked) -> Entity:
    """Lists what settlements of a month, or of a day, paid out. Days are those of UTC."""
    query = asked.query
    count = query.integer("count", COUNT, least=1, most=MOST_LINES)
    skip = query.integer("skip", 0, least=0, most=MOST_SKIPPED)
    rows = report.settled_between(asked.merchant_id, *_span(query))
    return collection(entities.lines(list(islice(rows, skip, skip + count))))


def _span(query: Fields) -> tuple[str, str]:
    """Returns the first and the last moment of the wanted month or day. Raises Refusal."""
    year = query.integer("year", least=FIRST_YEAR, most=LAST_YEAR)
    month = query.integer("month", least=1, most=12)
    last = calendar.monthrange(year, month)[1]
    day = query.optional_integer("day", least=1, most=last)
    start = datetime(year, month, day or 1, tzinfo=UTC)
    end = datetime(year, month, day or last, 23, 59, 59, 999999, tzinfo=UTC)
    return clock.iso(start.timestamp()), clock.iso(end.timestamp())


@on("GET", "/v1/settlements/{settlement_id}", Scope.SETTLEMENTS_READ)
def get_settlement(asked: Asked, settlement_id: str) -> Entity:
    return entities.settlement(records.find(settlement_id, asked.merchant_id))
