"""Change single dates of a schedule: skip them, move a run, or add one."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from brief_audio.db import events, schedules
from brief_audio.db.models import Schedule, ScheduleOverride
from brief_audio.domain.errors import ConflictError, InvalidInputError
from brief_audio.domain.schedule.instants import due
from brief_audio.domain.schedule.ticks import OverrideKind
from brief_audio.services.schedules.line import ScheduleLine, line_of
from brief_audio.services.schedules.lookup import locked
from brief_audio.services.schedules.nights_that_came import call_off, refuse_come
from brief_audio.services.schedules.rules import check_dates, check_fit, told
from brief_audio.services.schedules.shared_dates import refuse_shared_date


def add_override(
    session: Session,
    schedule_id: int,
    kind: OverrideKind,
    first: date,
    last: date,
    at: time | None,
    *,
    now: datetime,
    actor: str,
) -> ScheduleLine:
    """Skip dates, move the run of one date, or add a run on a date that the cron leaves out.

    A run that is waiting for its brief can still be skipped. Raise `InvalidInputError` for a past date or a change that
    does not fit, and `ConflictError` if a run has already started or its date has another change.
    """
    schedule = locked(session, schedule_id)
    check_dates(schedule, first, last, now, waiting=_first_waiting(session, schedule) if at is None else None)
    taken = [one for one in schedule.overrides if one.first_date <= last and first <= one.last_date]
    if taken:
        raise ConflictError(f"these dates have a change already: {told(taken[0])}", code="date_changed_already")
    schedule.overrides.append(ScheduleOverride(kind=kind, first_date=first, last_date=last, local_time=at))
    check_fit(schedule, schedule.overrides[-1])
    if at is None:
        call_off(session, schedule, first, last, now=now, actor=actor)
    else:
        refuse_come(session, schedule, first)
        refuse_shared_date(session, schedule, first)
        _check_instant(schedule, first, at, now)
    session.flush()
    message = f"{schedule.show.slug}: {told(schedule.overrides[-1])}"
    events.record(session, actor, "schedule.overridden", message=message)
    return line_of(schedule, now)


def _first_waiting(session: Session, schedule: Schedule) -> date | None:
    return next((tick.local_date for tick in schedules.open_ticks(session, schedule.id)), None)


def _check_instant(schedule: Schedule, day: date, at: time, now: datetime) -> None:
    """Raise `InvalidInputError` if a run at that time could only be missed."""
    found = due(day, at, ZoneInfo(schedule.time_zone))
    if found is None:
        raise InvalidInputError(f"the date {day.isoformat()} does not exist in {schedule.time_zone}")
    if found.at <= now:
        raise InvalidInputError(
            f"{at:%H:%M} on {day.isoformat()} has passed: give a later time",
            code="run_time_passed",
            facts={"schedule": schedule.id},
        )
