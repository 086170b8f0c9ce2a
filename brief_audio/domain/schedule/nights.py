"""Which nights a schedule has: one function for the preview and for the scheduler, so that both say the same."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from brief_audio.domain.schedule.cron import Cron
from brief_audio.domain.schedule.instants import Shift, due

A_DAY = timedelta(days=1)


class NightKind(StrEnum):
    """Why a night is, or is not."""

    REGULAR = "regular"
    MOVED = "moved"  # at another time than the cron says
    EXTRA = "extra"  # on a date that the cron leaves out
    SKIPPED = "skipped"  # by hand
    NO_SUCH_DATE = "no such date"  # the zone leaves the date out


@dataclass(frozen=True, slots=True)
class DateRange:
    """The dates from `first` to `last`, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class NightRule:
    """When a show's nights are: a cron expression in a zone, and what was decided for single dates."""

    cron: Cron
    zone: ZoneInfo
    skips: tuple[DateRange, ...] = ()
    moves: Mapping[date, time] = field(default_factory=dict)
    extras: Mapping[date, time] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Night:
    """One local date of a schedule; `due_at` is in UTC, and None where nothing runs."""

    local_date: date
    kind: NightKind
    local_time: time
    due_at: datetime | None
    shift: Shift = Shift.NONE


def nights(rule: NightRule, first: date, last: date) -> Iterator[Night]:
    """Yield the nights from `first` to `last`, both included: each date at most once, in order."""
    day = first
    while day <= last:
        night = night_of(rule, day)
        if night is not None:
            yield night
        if day == date.max:
            return
        day += A_DAY


def night_of(rule: NightRule, day: date) -> Night | None:
    """Return the night of a local date; None where the schedule has none and nothing was decided for it."""
    kind, at = _planned(rule, day)
    if kind is None:
        return None
    if any(day in skip for skip in rule.skips):
        return Night(day, NightKind.SKIPPED, at, None)
    found = due(day, at, rule.zone)
    if found is None:
        return Night(day, NightKind.NO_SUCH_DATE, at, None)
    return Night(day, kind, at, found.at, found.shift)


def ready_at(night: Night, by: time, zone: ZoneInfo) -> datetime | None:
    """Return the instant by which the edition of a night must be out; None where nothing runs.

    Where clocks leave out the hour between the two, it has as long as the wall clock says.
    """
    found = due(night.local_date, by, zone)
    if night.due_at is None or found is None:
        return None
    if found.at > night.due_at:
        return found.at
    return night.due_at + (
        datetime.combine(night.local_date, by) - datetime.combine(night.local_date, night.local_time)
    )


def _planned(rule: NightRule, day: date) -> tuple[NightKind | None, time]:
    if rule.cron.fits(day):
        moved = rule.moves.get(day)
        return (NightKind.REGULAR, rule.cron.at) if moved is None else (NightKind.MOVED, moved)
    extra = rule.extras.get(day)
    return (None, rule.cron.at) if extra is None else (NightKind.EXTRA, extra)
