"""Change runs that have already started: one that is still waiting for its brief can be called off, no other."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from brief_audio.db import events, schedules
from brief_audio.db.models import Schedule, Tick
from brief_audio.domain.errors import ConflictError
from brief_audio.domain.schedule.nights import night_of, ready_at
from brief_audio.domain.schedule.ticks import WAITING
from brief_audio.services.schedules.rules import rule_of


def refuse_come(session: Session, schedule: Schedule, day: date) -> None:
    """Raise `ConflictError` if the run of that date has already started."""
    for tick in schedules.take_ticks(session, schedule.id, day, day):
        raise _come_already(tick)


def call_off(session: Session, schedule: Schedule, first: date, last: date, *, now: datetime, actor: str) -> None:
    """Close the runs of these dates that wait for their brief; raise `ConflictError` if one is no longer waiting.

    Their ready-by time is removed, so that they are not reported as late.
    """
    for tick in schedules.take_ticks(session, schedule.id, first, last):
        if tick.closed_at is not None:
            raise _come_already(tick)
        _close(session, schedule, tick, "skipped by hand", now, actor)


def close_waiting(session: Session, schedule: Schedule, *, now: datetime, actor: str) -> None:
    """Close every run that waits for its brief, because the schedule was disabled."""
    for tick in schedules.take_open_ticks(session, schedule.id):
        _close(session, schedule, tick, "the schedule was disabled", now, actor)


def reopen(session: Session, schedule: Schedule, first: date, last: date, *, now: datetime, actor: str) -> None:
    """Reopen the runs of these dates that were called off; raise `ConflictError` if it is too late for one."""
    rule = rule_of(schedule)
    for tick in schedules.take_ticks(session, schedule.id, first, last):
        if tick.state not in WAITING or now > tick.open_until:
            raise _come_already(tick)
        night = night_of(rule, tick.local_date)
        by = ready_at(night, schedule.ready_by, rule.zone) if night and schedule.ready_by else None
        schedules.set_tick(session, tick.id, closed_at=None, ready_by=by)
        message = f"{schedule.show.slug}/{tick.local_date.isoformat()}: {tick.state}, no longer skipped"
        events.record(session, actor, "night.came", message=message)


def _close(session: Session, schedule: Schedule, tick: Tick, why: str, now: datetime, actor: str) -> None:
    schedules.set_tick(session, tick.id, closed_at=now, ready_by=None)
    message = f"{schedule.show.slug}/{tick.local_date.isoformat()}: {tick.state}, and {why}"
    events.record(session, actor, "night.closed", message=message)


def _come_already(tick: Tick) -> ConflictError:
    return ConflictError(f"the run of {tick.local_date.isoformat()} has already started: {tick.state}")
