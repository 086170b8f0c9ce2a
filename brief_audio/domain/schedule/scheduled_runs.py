"""A schedule's runs: preview and scheduler call the same function, so both agree."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from brief_audio.domain.schedule.cron import Cron
from brief_audio.domain.schedule.local_time import ClockShift, instant_of

A_DAY = timedelta(days=1)


class RunKind(StrEnum):
    """Why there is a run, or why not."""

    REGULAR = "regular"
    MOVED = "moved"  # at a different time than the cron expression gives
    EXTRA = "extra"  # on a date without a run in the cron expression
    SKIPPED = "skipped"  # by a person
    NO_SUCH_DATE = "no such date"  # the zone leaves the date out


@dataclass(frozen=True, slots=True)
class DateRange:
    """The dates from `first` to `last`, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class ScheduleRule:
    """When a show's runs are due: a cron expression in a zone, and overrides for single dates."""

    cron: Cron
    zone: ZoneInfo
    skips: tuple[DateRange, ...] = ()
    moves: Mapping[date, time] = field(default_factory=dict)
    extras: Mapping[date, time] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScheduledRun:
    """One local date of a schedule; `due_at` is in UTC, None if nothing runs."""

    local_date: date
    kind: RunKind
    local_time: time
    due_at: datetime | None
    shift: ClockShift = ClockShift.NONE


def scheduled_runs(rule: ScheduleRule, first: date, last: date) -> Iterator[ScheduledRun]:
    """Yield the runs between two dates, both included: each date at most once, in order."""
    day = first
    while day <= last:
        night = scheduled_run_on(rule, day)
        if night is not None:
            yield night
        if day == date.max:
            return
        day += A_DAY


def scheduled_run_on(rule: ScheduleRule, day: date) -> ScheduledRun | None:
    """Return the run of a local date, None if the schedule has no run and no override then."""
    kind, at = _planned(rule, day)
    if kind is None:
        return None
    if any(day in skip for skip in rule.skips):
        return ScheduledRun(day, RunKind.SKIPPED, at, None)
    found = instant_of(day, at, rule.zone)
    if found is None:
        return ScheduledRun(day, RunKind.NO_SUCH_DATE, at, None)
    return ScheduledRun(day, kind, at, found.at, found.shift)


def ready_at(night: ScheduledRun, by: time, zone: ZoneInfo) -> datetime | None:
    """Return when a run's edition must be published, None if nothing runs.

    If a clock change skips that time, the run gets as long as the wall clock says.
    """
    found = instant_of(night.local_date, by, zone)
    if night.due_at is None or found is None:
        return None
    if found.at > night.due_at:
        return found.at
    return night.due_at + (
        datetime.combine(night.local_date, by) - datetime.combine(night.local_date, night.local_time)
    )


def _planned(rule: ScheduleRule, day: date) -> tuple[RunKind | None, time]:
    if rule.cron.fits(day):
        moved = rule.moves.get(day)
        return (RunKind.REGULAR, rule.cron.at) if moved is None else (RunKind.MOVED, moved)
    extra = rule.extras.get(day)
    return (None, rule.cron.at) if extra is None else (RunKind.EXTRA, extra)
