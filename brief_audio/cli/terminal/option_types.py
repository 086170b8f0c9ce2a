"""Parse dates, times of day and durations given on the command line."""

import re
from datetime import date, datetime, time, timedelta

import click

_LENGTH = re.compile(r"(?:(?P<hours>[0-9]{1,2})h)?(?:(?P<minutes>[0-9]{1,4})m)?")


class _LocalDate(click.ParamType[date]):
    name = "YYYY-MM-DD"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the parsed date."""
        if isinstance(value, date):
            return value
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", str(value)):
            self.fail(f"{value!r} is not a date: use YYYY-MM-DD", param, ctx)
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} does not exist in the calendar", param, ctx)


class _LocalTime(click.ParamType[time]):
    name = "HH:MM"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> time:
        """Return the parsed time of day."""
        if isinstance(value, time):
            return value
        if not re.fullmatch(r"[0-9]{1,2}:[0-9]{2}", str(value)):
            self.fail(f"{value!r} is not a time of day: use HH:MM", param, ctx)
        try:
            return datetime.strptime(str(value), "%H:%M").time()  # noqa: DTZ007  a time of day has no zone
        except ValueError:
            self.fail(f"{value!r} is not a valid time: use 00:00 to 23:59", param, ctx)


class _Minutes(click.ParamType[timedelta]):
    name = "6h|90m|1h30m"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Return the parsed duration."""
        if isinstance(value, timedelta):
            return value
        found = _LENGTH.fullmatch(str(value))
        if not value or found is None:
            self.fail(f"{value!r} is not a duration: use hours and minutes, such as 6h or 1h30m", param, ctx)
        return timedelta(hours=int(found["hours"] or 0), minutes=int(found["minutes"] or 0))


LOCAL_DATE = _LocalDate()
LOCAL_TIME = _LocalTime()
MINUTES = _Minutes()
