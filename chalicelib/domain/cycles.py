"""Computes the cycles of a subscription on the calendar, in UTC."""

import calendar
from datetime import UTC, datetime, timedelta
from enum import StrEnum


class Period(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"


# The shortest cycle of a daily plan, in days.
FEWEST_DAYS = 7
_DAYS = {Period.DAILY: 1, Period.WEEKLY: 7}
_MONTHS = {Period.MONTHLY: 1, Period.QUARTERLY: 3, Period.YEARLY: 12}


def start_of(anchor: float, period: Period, interval: int, number: int) -> int:
    """Returns when a cycle begins, in Unix seconds. number: from 0, whose cycle begins at the anchor.

    Each cycle is counted from the anchor, so that a cycle in February moves no later one: a month without the anchor's
    day begins its cycle on its last day.
    """
    moment = datetime.fromtimestamp(int(anchor), UTC)
    if period in _DAYS:
        return int((moment + timedelta(days=_DAYS[period] * interval * number)).timestamp())
    months = moment.month - 1 + _MONTHS[period] * interval * number
    year, month = moment.year + months // 12, months % 12 + 1
    day = min(moment.day, calendar.monthrange(year, month)[1])
    return int(moment.replace(year=year, month=month, day=day).timestamp())
