"""Which dates a brief may have: those of a slip of the keyboard are told from those that somebody means."""

from datetime import date, timedelta

FIRST_YEAR = 1970
FURTHEST = timedelta(days=731)  # two years, whichever of them has a 29th of February


def far_off(day: date, today: date) -> str | None:
    """Return why no brief may be of that date; None where it may."""
    if day.year < FIRST_YEAR:
        return f"{day} is before {FIRST_YEAR}, where the calendar of briefs begins: check the year"
    if day - today > FURTHEST:
        return f"{day} is more than two years ahead, and would count as the show's newest until then: check the year"
    return None
