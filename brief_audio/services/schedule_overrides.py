"""Deciding about single dates: skip them, run one at another time, or add one."""

from datetime import date, datetime, time

from sqlalchemy.orm import Session

from brief_audio.db import events
from brief_audio.db.models import Schedule, ScheduleOverride
from brief_audio.domain.errors import ConflictError, InvalidInputError, NotFoundError
from brief_audio.domain.schedule.ticks import OverrideKind
from brief_audio.services.schedule_rules import check_fit, rule_of, told
from brief_audio.services.schedules import ScheduleLine, line_of, locked


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
    """Skip dates, move the night of one, or add one on a date that the cron leaves out.

    Raise `InvalidInputError` for dates that are over or that the override does not fit, and `ConflictError` where
    something else was decided for one of them.
    """
    schedule = locked(session, schedule_id)
    _check_dates(schedule, first, last, now)
    taken = [one for one in schedule.overrides if one.first_date <= last and first <= one.last_date]
    if taken:
        raise ConflictError(f"something was decided already: {told(taken[0])}; take it back first")
    schedule.overrides.append(ScheduleOverride(kind=kind, first_date=first, last_date=last, local_time=at))
    check_fit(schedule, schedule.overrides[-1])
    session.flush()
    message = f"{schedule.show.slug}: {told(schedule.overrides[-1])}"
    events.record(session, actor, "schedule.overridden", message=message)
    return line_of(schedule)


def take_back(session: Session, schedule_id: int, day: date, *, actor: str) -> ScheduleLine:
    """Forget what was decided for a date; raise `NotFoundError` where nothing was."""
    schedule = locked(session, schedule_id)
    found = [one for one in schedule.overrides if one.first_date <= day <= one.last_date]
    if not found:
        raise NotFoundError(f"nothing was decided for {day.isoformat()}")
    schedule.overrides.remove(found[0])
    events.record(session, actor, "schedule.overridden", message=f"{schedule.show.slug}: no longer {told(found[0])}")
    session.flush()
    return line_of(schedule)


def _check_dates(schedule: Schedule, first: date, last: date, now: datetime) -> None:
    today = now.astimezone(rule_of(schedule).zone).date()
    if last < first:
        raise InvalidInputError(f"{last.isoformat()} is before {first.isoformat()}: give the earlier date first")
    if first < today:
        raise InvalidInputError(f"{first.isoformat()} is over: nothing can be decided for it any more")
