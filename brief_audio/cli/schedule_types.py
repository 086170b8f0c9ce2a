"""How dates, times of day and lengths of time are written at the command line."""

import re
from datetime import date, datetime, time, timedelta

import click

_LENGTH = re.compile(r"(?:(?P<hours>[0-9]{1,2})h)?(?:(?P<minutes>[0-9]{1,4})m)?")


class _LocalDate(click.ParamType[date]):
    name = "YYYY-MM-DD"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the date that was written."""
        if isinstance(value, date):
            return value
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", str(value)):
            self.fail(f"{value!r} is not a date: give YYYY-MM-DD", param, ctx)
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is in no calendar", param, ctx)


class _LocalTime(click.ParamType[time]):
    name = "HH:MM"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> time:
        """Return the time of day that was written."""
        if isinstance(value, time):
            return value
        if not re.fullmatch(r"[0-9]{1,2}:[0-9]{2}", str(value)):
            self.fail(f"{value!r} is not a time of day: give HH:MM", param, ctx)
        try:
            return datetime.strptime(str(value), "%H:%M").time()  # noqa: DTZ007  a time of day has no zone
        except ValueError:
            self.fail(f"no clock shows {value!r}", param, ctx)


class _Minutes(click.ParamType[timedelta]):
    name = "6h|90m|1h30m"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Return the length of time that was written."""
        if isinstance(value, timedelta):
            return value
        found = _LENGTH.fullmatch(str(value))
        if not value or found is None:
            self.fail(f"{value!r} is not a length of time: give hours and minutes, such as 6h or 1h30m", param, ctx)
        return timedelta(hours=int(found["hours"] or 0), minutes=int(found["minutes"] or 0))


LOCAL_DATE = _LocalDate()
LOCAL_TIME = _LocalTime()
MINUTES = _Minutes()
