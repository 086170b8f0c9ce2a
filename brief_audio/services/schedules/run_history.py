"""The runs of a schedule that have come: what became of each, and which can still be called off or reopened."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from brief_audio.db import events, schedules
from brief_audio.db.models import Schedule, Tick
from brief_audio.domain.errors import ConflictError
from brief_audio.domain.schedule.scheduled_runs import ready_at, scheduled_run_on, scheduled_runs
from brief_audio.domain.schedule.ticks import WAITING, TickState
from brief_audio.domain.work import WorkStatus
from brief_audio.services.schedules.lookup import schedule_by_id
from brief_audio.services.schedules.rules import rule_of, today_of

LOOKS_AHEAD = timedelta(days=3660)  # the next 29 February may be eight years away


class Note(NamedTuple):
    """A message after a change; as with errors, each face adds its own advice, by the code."""

    text: str = ""
    code: str = ""


def lost_run_note(session: Session, schedule: Schedule, now: datetime) -> Note:
    """Return a note about today's run after a change of its schedule; an empty one if the run is not affected."""
    today = today_of(schedule, now)
    night = scheduled_run_on(rule_of(schedule), today)
    if not schedule.is_enabled or night is None or night.due_at is None:
        return Note()
    is_to_come = night.due_at > schedule.since
    state = schedules.tick_states(session, schedule.id, today, today).get(today)
    if state is not None and is_to_come:
        return Note(f"Today's run has already started: {state}{_next_run_note(schedule, now)}.")
    if state is not None or is_to_come:
        return Note()
    return Note(
        f"Today's run at {night.local_time:%H:%M} has passed{_next_run_note(schedule, now)}.", "run_time_passed"
    )


def _next_run_note(schedule: Schedule, now: datetime) -> str:
    tomorrow = today_of(schedule, now) + timedelta(days=1)
    for night in scheduled_runs(rule_of(schedule), tomorrow, tomorrow + LOOKS_AHEAD):
        if night.due_at is not None:
            return f"; the next one is on {night.local_date.isoformat()} at {night.local_time:%H:%M}"
    return ""


def refuse_past_run(session: Session, schedule: Schedule, day: date) -> None:
    """Raise `ConflictError` if the run of that date has already started."""
    for tick in schedules.take_ticks(session, schedule.id, day, day):
        raise _come_already(tick)


def call_off_runs(session: Session, schedule: Schedule, first: date, last: date, *, now: datetime, actor: str) -> None:
    """Close the runs of these dates that wait for their brief; raise `ConflictError` if one is no longer waiting.

    Their ready-by time is removed, so that they are not reported as late.
    """
    for tick in schedules.take_ticks(session, schedule.id, first, last):
        if tick.closed_at is not None:
            raise _come_already(tick)
        _close(session, schedule, tick, "skipped by hand", now, actor)


def close_waiting_runs(session: Session, schedule: Schedule, *, now: datetime, actor: str) -> None:
    """Close every run that waits for its brief, because the schedule was disabled."""
    for tick in schedules.take_open_ticks(session, schedule.id):
        _close(session, schedule, tick, "the schedule was disabled", now, actor)


def reopen_runs(session: Session, schedule: Schedule, first: date, last: date, *, now: datetime, actor: str) -> None:
    """Reopen the runs of these dates that were called off; raise `ConflictError` if it is too late for one."""
    rule = rule_of(schedule)
    for tick in schedules.take_ticks(session, schedule.id, first, last):
        if tick.state not in WAITING or now > tick.open_until:
            raise _come_already(tick)
        night = scheduled_run_on(rule, tick.local_date)
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


@dataclass(frozen=True, slots=True)
class PastRunWithJob:
    """One past run; `is_open` while it is waiting for its brief, until `open_until`."""

    schedule_id: int
    local_date: date
    state: TickState
    is_open: bool
    due_at: datetime
    open_until: datetime
    was_late: bool
    job_id: int | None
    job_status: WorkStatus | None
    finished_at: datetime | None
    published_at: datetime | None


def newest_runs(session: Session, schedule_id: int, *, limit: int) -> list[PastRunWithJob]:
    """Return a schedule's newest past runs, newest first."""
    return [_past_run(row) for row in schedules.newest_runs(session, schedule_id, limit=limit)]


def last_run_of_each(session: Session) -> dict[int, PastRunWithJob]:
    """Return the last run of every schedule that had one, by the schedule's id."""
    found = (_past_run(row) for row in schedules.last_run_of_each(session))
    return {night.schedule_id: night for night in found}


def _past_run(row: Any) -> PastRunWithJob:
    tick, status, finished_at, published_at = row
    return PastRunWithJob(
        schedule_id=tick.schedule_id,
        local_date=tick.local_date,
        state=TickState(tick.state),
        is_open=tick.closed_at is None,
        due_at=tick.due_at,
        open_until=tick.open_until,
        was_late=tick.late_told_at is not None,
        job_id=tick.job_id,
        job_status=WorkStatus(status) if status else None,
        finished_at=finished_at,
        published_at=published_at,
    )


@dataclass(frozen=True, slots=True)
class PastRun:
    """One past run: its result, and whether it is still waiting for its brief."""

    local_date: date
    state: TickState
    is_open: bool
    due_at: datetime
    open_until: datetime
    ready_by: datetime | None
    job_id: int | None
    late_told_at: datetime | None


def past_runs(session: Session, schedule_id: int, *, limit: int) -> list[PastRun]:
    """Return a schedule's newest ticks, newest first; raise `NotFoundError` for an unknown schedule."""
    schedule_by_id(session, schedule_id)
    return [
        PastRun(
            local_date=tick.local_date,
            state=TickState(tick.state),
            is_open=tick.closed_at is None,
            due_at=tick.due_at,
            open_until=tick.open_until,
            ready_by=tick.ready_by,
            job_id=tick.job_id,
            late_told_at=tick.late_told_at,
        )
        for tick in schedules.ticks(session, schedule_id, limit=limit)
    ]
