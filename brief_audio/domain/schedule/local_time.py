"""Convert a local date and time to a UTC time, across clock changes and dates a zone leaves out."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

_A_SECOND = timedelta(seconds=1)
_LOOKS = (time(0), time(6), time(12), time(18), time(23, 59))


class ClockShift(StrEnum):
    """What the clocks did at a local time."""

    NONE = ""
    GAP = "gap"  # the time does not exist: use the first instant after the gap
    OVERLAP = "overlap"  # the time exists twice: use the first occurrence


@dataclass(frozen=True, slots=True)
class LocalInstant:
    """A time in UTC, and what the clocks did then."""

    at: datetime
    shift: ClockShift


def instant_of(day: date, at: time, zone: ZoneInfo) -> LocalInstant | None:
    """Return the UTC time of a local time, None if the zone leaves that date out (Apia, 30 December 2011)."""
    if not exists(day, zone):
        return None
    first, second = (datetime.combine(day, at, zone).replace(fold=fold) for fold in (0, 1))
    if not _is_real(first):
        return LocalInstant(_end_of_gap(second.astimezone(UTC), first.astimezone(UTC), zone), ClockShift.GAP)
    is_twice = first.utcoffset() != second.utcoffset() and _is_real(second)
    return LocalInstant(first.astimezone(UTC), ClockShift.OVERLAP if is_twice else ClockShift.NONE)


def exists(day: date, zone: ZoneInfo) -> bool:
    """Return whether the zone has that date: places that moved across the date line lack one."""
    return any(_is_real(datetime.combine(day, at, zone)) for at in _LOOKS)


def _is_real(local: datetime) -> bool:
    """Return whether clocks ever show that time, by checking that conversion to UTC and back preserves it."""
    back = local.astimezone(UTC).astimezone(local.tzinfo)
    return back.replace(tzinfo=None) == local.replace(tzinfo=None)


def _end_of_gap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return when, between two times, the clocks went forward, to the second."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > _A_SECOND:
        middle = before + timedelta(seconds=(after - before) // _A_SECOND // 2)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
