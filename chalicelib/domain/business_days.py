"""Counts business days for settlements: Monday to Friday without India's national holidays, by the UTC day."""

from datetime import date, timedelta

# The three national holidays as (month, day). Banks are closed on them everywhere in India.
HOLIDAYS = frozenset({(1, 26), (8, 15), (10, 2)})
SATURDAY = 5
ONE_DAY = timedelta(days=1)


def is_business_day(day: date) -> bool:
    return day.weekday() < SATURDAY and (day.month, day.day) not in HOLIDAYS


def after(day: date, business_days: int) -> date:
    """Returns the day that comes this number of business days after `day`. 0 returns `day` itself."""
    while business_days:
        day += ONE_DAY
        business_days -= is_business_day(day)
    return day


def first_pending(today: date, delay: int) -> date:
    """Returns the earliest capture day whose money is still pending. delay: business days from capture to settlement.

    Every earlier day has matured. Tomorrow means that nothing is pending.
    """
    day = today + ONE_DAY
    while after(day - ONE_DAY, delay) > today:
        day -= ONE_DAY
    return day
