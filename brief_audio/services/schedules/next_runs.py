"""List the next runs of a schedule, however far apart, using the same code as the scheduler."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from sqlalchemy.orm import Session

from brief_audio.db import schedules
from brief_audio.db.models import Schedule
from brief_audio.domain.schedule.local_time import ClockShift, instant_of
from brief_audio.domain.schedule.scheduled_runs import RunKind, ScheduledRun, ScheduleRule, scheduled_runs
from brief_audio.services.schedules.rules import rule_of, today_of
from brief_audio.services.schedules.run_history import LOOKS_AHEAD

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NextRun:
    """A future run. `due_at` is its time in UTC and `local` the same time in the schedule's zone.

    Both are None if nothing runs: on a skipped date, or one that does not exist in the zone. `planned` is the requested
    local time, and `usual` the time in the cron.
    """

    local_date: date
    kind: RunKind
    planned: time
    usual: time
    local: datetime | None
    due_at: datetime | None
    shift: ClockShift
    is_due: bool  # its time has come, and a scheduler is about to start it


def next_runs(session: Session, schedule: Schedule, count: int, *, now: datetime) -> list[NextRun]:
    """Return up to `count` next runs of a schedule, including skipped ones."""
    return list(islice(_to_come(schedule, schedules.last_tick_date(session, schedule.id), now), count))


def next_run(schedule: Schedule, last_night: date | None, *, now: datetime) -> NextRun | None:
    """Return the first run after the date of the last one, without skipped runs; None if there is no such run."""
    return next((run for run in _to_come(schedule, last_night, now) if run.due_at is not None), None)


def _to_come(schedule: Schedule, last_night: date | None, now: datetime) -> Iterator[NextRun]:
    """Yield the runs after the date of the last one: a schedule has each date once."""
    rule = rule_of(schedule)
    today = today_of(schedule, now)
    first = max(today - A_DAY, last_night + A_DAY) if last_night else today - A_DAY
    for night in scheduled_runs(rule, first, min(today, date.max - LOOKS_AHEAD) + LOOKS_AHEAD):
        if _is_to_come(schedule, rule, night, now):
            yield _run(rule, night, now)


def _is_to_come(schedule: Schedule, rule: ScheduleRule, night: ScheduledRun, now: datetime) -> bool:
    if night.due_at is not None:
        until = night.due_at + timedelta(minutes=schedule.catch_up_minutes)
        return night.due_at > schedule.since and until >= now
    planned = instant_of(night.local_date, night.local_time, rule.zone)
    return planned.at > now if planned else night.local_date >= today_of(schedule, now)


def _run(rule: ScheduleRule, night: ScheduledRun, now: datetime) -> NextRun:
    return NextRun(
        local_date=night.local_date,
        kind=night.kind,
        planned=night.local_time,
        usual=rule.cron.at,
        local=night.due_at.astimezone(rule.zone) if night.due_at else None,
        due_at=night.due_at,
        shift=night.shift,
        is_due=night.due_at is not None and night.due_at <= now,
    )
