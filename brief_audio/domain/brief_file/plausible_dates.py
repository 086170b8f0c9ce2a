"""Which dates a brief may have: reject typing mistakes."""

from datetime import date, timedelta

FIRST_YEAR = 1970
FURTHEST = timedelta(days=731)  # two years, one of which may have a 29 February


def is_implausible(day: date, today: date) -> str | None:
    """Return why a brief can't have this date, None if it can."""
    if day.year < FIRST_YEAR:
        return f"{day} is before {FIRST_YEAR}, the first year allowed: check the year"
    if day - today > FURTHEST:
        return f"{day} is more than two years ahead, and would be the show's newest brief until then: check the year"
    return None
