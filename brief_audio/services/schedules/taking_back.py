"""Remove changes to future dates; changes to other dates stay."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from brief_audio.db import events, schedules
from brief_audio.db.models import Schedule, ScheduleOverride
from brief_audio.domain.errors import InvalidInputError, NotFoundError
from brief_audio.domain.schedule.nights import nights
from brief_audio.domain.schedule.ticks import OverrideKind
from brief_audio.services.schedules.line import ScheduleLine, line_of
from brief_audio.services.schedules.lookup import locked
from brief_audio.services.schedules.nights_that_came import call_off, reopen
from brief_audio.services.schedules.rules import check_dates, has_night, rule_of, today_of, told

A_DAY = timedelta(days=1)


def take_back(
    session: Session, schedule_id: int, first: date, last: date, *, now: datetime, actor: str
) -> ScheduleLine:
    """Remove the changes to the dates from `first` to `last`, both included.

    A run that was called off waits for its brief again; a waiting extra run is called off. Raise `NotFoundError` if
    there is nothing to remove, `InvalidInputError` for past dates, and `ConflictError` for runs that have started.
    """
    schedule = locked(session, schedule_id)
    check_dates(schedule, first, last, now)
    found = [one for one in schedule.overrides if one.first_date <= last and first <= one.last_date]
    if not found:
        raise NotFoundError(f"there is no change to remove on {first.isoformat()}")
    taken = [_cut(schedule, override, first, last) for override in found]
    for part in taken:
        _settle(session, schedule, part, now, actor)
    _refuse_missed(session, schedule, first, last, now)
    words = "; ".join(told(part) for part in taken)
    events.record(session, actor, "schedule.overridden", message=f"{schedule.show.slug}: no longer {words}")
    session.flush()
    return line_of(schedule, now, f"Removed: {words}.")


def _cut(schedule: Schedule, override: ScheduleOverride, first: date, last: date) -> ScheduleOverride:
    """Cut the dates from `first` to `last` out of an override; return that part, which is no longer stored."""
    schedule.overrides.remove(override)
    schedule.overrides.extend(part for part in _around(override, first, last) if has_night(schedule, part))
    return _part(override, max(first, override.first_date), min(last, override.last_date))


def _around(override: ScheduleOverride, first: date, last: date) -> Iterator[ScheduleOverride]:
    if override.first_date < first:
        yield _part(override, override.first_date, first - A_DAY)
    if override.last_date > last:
        yield _part(override, last + A_DAY, override.last_date)


def _part(override: ScheduleOverride, first: date, last: date) -> ScheduleOverride:
    return ScheduleOverride(kind=override.kind, first_date=first, last_date=last, local_time=override.local_time)


def _settle(session: Session, schedule: Schedule, part: ScheduleOverride, now: datetime, actor: str) -> None:
    """Update a run that has already started; a moved one that is waiting keeps waiting."""
    if part.kind == OverrideKind.SKIP:
        reopen(session, schedule, part.first_date, part.last_date, now=now, actor=actor)
    if part.kind == OverrideKind.EXTRA:
        call_off(session, schedule, part.first_date, part.last_date, now=now, actor=actor)


def _refuse_missed(session: Session, schedule: Schedule, first: date, last: date, now: datetime) -> None:
    """Raise `InvalidInputError` if a restored run could only be missed."""
    until = min(last, today_of(schedule, now))
    come = schedules.tick_states(session, schedule.id, first, until)
    window = timedelta(minutes=schedule.catch_up_minutes)
    for night in nights(rule_of(schedule), first, until):
        if night.due_at is not None and night.due_at + window < now and night.local_date not in come:
            raise InvalidInputError(
                f"{night.local_time:%H:%M} on {night.local_date.isoformat()} has passed, and its catch-up window too",
                code="run_time_passed",
                facts={"schedule": schedule.id},
            )
