"""List a show's scheduled runs, using the same code as the scheduler, and mark those that will not happen."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from brief_audio.db import schedules
from brief_audio.db.models import Schedule
from brief_audio.domain.errors import InvalidInputError, NotFoundError
from brief_audio.domain.schedule.local_time import ClockShift
from brief_audio.domain.schedule.scheduled_runs import RunKind, ScheduledRun, scheduled_runs
from brief_audio.services.schedules.lookup import show_by_slug
from brief_audio.services.schedules.rules import rule_of, today_of

MOST_DAYS = 3660
FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class ForecastRun:
    """A scheduled run; `local` is its local time, or None if nothing runs."""

    schedule_id: int
    local_date: date
    kind: RunKind
    local: str | None
    due_at: datetime | None
    shift: ClockShift
    note: str


def forecast(session: Session, show_slug: str, first: date | None, days: int, *, now: datetime) -> list[ForecastRun]:
    """Return the runs of a show's schedules from `first` on, by default from today in each schedule's zone.

    Raise `NotFoundError` for an unknown show, or if it has no schedule.
    """
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInputError(f"cannot list {days} days: choose 1 to {MOST_DAYS}")
    if first is not None and not FIRST <= first <= LAST:
        raise InvalidInputError(f"cannot list {first.isoformat()}: choose a date from {FIRST.year} to {LAST.year}")
    found = schedules.all_schedules(session, show_slug=show_by_slug(session, show_slug).slug)
    if not found:
        raise NotFoundError(f"the show {show_slug!r} has no schedule", code="no_schedule", facts={"show": show_slug})
    lines = [line for one in found for line in _lines(session, one, first or today_of(one, now), days)]
    return sorted(lines, key=lambda one: (one.local_date, one.schedule_id))


def _lines(session: Session, schedule: Schedule, first: date, days: int) -> Iterator[ForecastRun]:
    last = first + timedelta(days=days - 1)
    rule = rule_of(schedule)
    come = schedules.tick_states(session, schedule.id, first, last)
    for night in scheduled_runs(rule, first, last):
        state = come.get(night.local_date)
        will_not = f"already started: {state}" if state else _will_not_come(schedule, night)
        notes = [*_notes(night), *([will_not] if will_not else [])]
        yield _line(schedule.id, night, rule.zone, "; ".join(notes))


def _will_not_come(schedule: Schedule, night: ScheduledRun) -> str:
    """Return why a run will not happen, or an empty text; dates before the schedule was made get no reason."""
    if night.due_at is None or night.local_date < today_of(schedule, schedule.created_at):
        return ""
    if not schedule.is_enabled:
        return "schedule disabled"
    return "before the schedule's last change" if night.due_at <= schedule.since else ""


def _notes(night: ScheduledRun) -> Iterator[str]:
    if night.kind != RunKind.REGULAR:
        yield night.kind
    if night.shift is ClockShift.GAP:
        yield f"{night.local_time:%H:%M} does not exist: clocks go forward"
    if night.shift is ClockShift.OVERLAP:
        yield f"{night.local_time:%H:%M} occurs twice: runs at the first"


def _line(schedule_id: int, night: ScheduledRun, zone: ZoneInfo, note: str) -> ForecastRun:
    local = night.due_at.astimezone(zone) if night.due_at else None
    return ForecastRun(
        schedule_id=schedule_id,
        local_date=night.local_date,
        kind=night.kind,
        local=f"{local:%H:%M}" if local else None,
        due_at=night.due_at,
        shift=night.shift,
        note=note,
    )
