"""Deciding about a date whose night has come already: one that still waits can be called off, nothing else."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from brief_audio.db import events, schedules
from brief_audio.db.models import Schedule, Tick
from brief_audio.domain.errors import ConflictError
from brief_audio.domain.schedule.nights import night_of, ready_at
from brief_audio.domain.schedule.ticks import WAITING
from brief_audio.services.schedules.rules import rule_of


def refuse_come(session: Session, schedule: Schedule, day: date) -> None:
    """Raise `ConflictError` where the night of a date has come, whatever became of it."""
    for tick in schedules.take_ticks(session, schedule.id, day, day):
        raise _come_already(tick)


def call_off(session: Session, schedule: Schedule, first: date, last: date, *, now: datetime, actor: str) -> None:
    """Close the nights of these dates that wait for their brief; raise `ConflictError` where one waits no more.

    They need not be ready by any time from then on: nobody is told that they are late.
    """
    for tick in schedules.take_ticks(session, schedule.id, first, last):
        if tick.closed_at is not None:
            raise _come_already(tick)
        _close(session, schedule, tick, "skipped by hand", now, actor)


def close_waiting(session: Session, schedule: Schedule, *, now: datetime, actor: str) -> None:
    """Close every night that waits for its brief, as the schedule is switched off."""
    for tick in schedules.take_open_ticks(session, schedule.id):
        _close(session, schedule, tick, "switched off", now, actor)


def reopen(session: Session, schedule: Schedule, first: date, last: date, *, now: datetime, actor: str) -> None:
    """Let the nights of these dates that were called off wait again; raise `ConflictError` where one no longer can."""
    rule = rule_of(schedule)
    for tick in schedules.take_ticks(session, schedule.id, first, last):
        if tick.state not in WAITING or now > tick.open_until:
            raise _come_already(tick)
        night = night_of(rule, tick.local_date)
        by = ready_at(night, schedule.ready_by, rule.zone) if night and schedule.ready_by else None
        schedules.set_tick(session, tick.id, closed_at=None, ready_by=by)
        message = f"{schedule.show.slug}/{tick.local_date.isoformat()}: {tick.state}, and skipped no longer"
        events.record(session, actor, "night.came", message=message)


def _close(session: Session, schedule: Schedule, tick: Tick, why: str, now: datetime, actor: str) -> None:
    schedules.set_tick(session, tick.id, closed_at=now, ready_by=None)
    message = f"{schedule.show.slug}/{tick.local_date.isoformat()}: {tick.state}, and {why}"
    events.record(session, actor, "night.closed", message=message)


def _come_already(tick: Tick) -> ConflictError:
    return ConflictError(f"the night of {tick.local_date.isoformat()} has come already: {tick.state}")
