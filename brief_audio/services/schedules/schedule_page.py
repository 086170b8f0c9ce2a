"""Schedules for the dashboard: with their changes to single dates, next runs and last run."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy.orm import Session

from brief_audio.db import schedules
from brief_audio.db.models import Schedule
from brief_audio.domain.schedule.ticks import OverrideKind
from brief_audio.services.schedules import run_history
from brief_audio.services.schedules.lookup import schedule_by_id
from brief_audio.services.schedules.next_runs import NextRun, next_run, next_runs
from brief_audio.services.schedules.rules import overrides_to_come
from brief_audio.services.schedules.run_history import PastRunWithJob
from brief_audio.services.schedules.summary import ScheduleSummary, summary_of

RUNS_SHOWN = 14


@dataclass(frozen=True, slots=True)
class DecidedDates:
    """A change to future dates, which can be removed."""

    kind: OverrideKind
    first: date
    last: date
    at: time | None


@dataclass(frozen=True, slots=True)
class ScheduleDetails:
    """A schedule as its page shows it; `version` changes with every edit of its form."""

    line: ScheduleSummary
    show_title: str
    version: str
    decided: tuple[DecidedDates, ...]
    runs: tuple[NextRun, ...]


def schedule_details(session: Session, schedule_id: int, *, now: datetime) -> ScheduleDetails:
    """Return a schedule with its next runs; raise `NotFoundError`."""
    schedule = schedule_by_id(session, schedule_id)
    return ScheduleDetails(
        line=summary_of(schedule, now),
        show_title=schedule.show.title,
        version=version_of(schedule),
        decided=tuple(_decided(schedule, now)),
        runs=tuple(next_runs(session, schedule, RUNS_SHOWN, now=now)),
    )


@dataclass(frozen=True, slots=True)
class ScheduleListRow:
    """A schedule in the list; `next_run` is the first that is not skipped."""

    line: ScheduleSummary
    show_title: str
    next_run: NextRun | None
    last_night: PastRunWithJob | None


def schedule_list(session: Session, *, now: datetime) -> list[ScheduleListRow]:
    """Return every schedule, by show."""
    last = run_history.last_run_of_each(session)
    return [_listed(one, last.get(one.id), now) for one in schedules.all_schedules(session)]


def version_of(schedule: Schedule) -> str:
    """Return the version of a schedule, which changes with every edit of its form."""
    kept = (schedule.cron, schedule.time_zone, schedule.catch_up_minutes, schedule.ready_by, schedule.is_enabled)
    return hashlib.sha256(repr(kept).encode()).hexdigest()[:16]


def _listed(schedule: Schedule, last: PastRunWithJob | None, now: datetime) -> ScheduleListRow:
    coming = next_run(schedule, last.local_date if last else None, now=now) if schedule.is_enabled else None
    return ScheduleListRow(summary_of(schedule, now), schedule.show.title, coming, last)


def _decided(schedule: Schedule, now: datetime) -> list[DecidedDates]:
    found = sorted(overrides_to_come(schedule, now), key=lambda one: one.first_date)
    return [DecidedDates(OverrideKind(one.kind), one.first_date, one.last_date, one.local_time) for one in found]
