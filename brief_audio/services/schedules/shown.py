"""Schedules for the dashboard: with their changes to single dates, next runs and last run."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy.orm import Session

from brief_audio.db import schedules
from brief_audio.db.models import Schedule
from brief_audio.domain.schedule.ticks import OverrideKind
from brief_audio.services.schedules import seen_nights
from brief_audio.services.schedules.line import ScheduleLine, line_of
from brief_audio.services.schedules.lookup import numbered
from brief_audio.services.schedules.next_runs import Run, next_run, next_runs
from brief_audio.services.schedules.rules import overrides_to_come
from brief_audio.services.schedules.seen_nights import SeenNight

RUNS_SHOWN = 14


@dataclass(frozen=True, slots=True)
class Decided:
    """A change to future dates, which can be removed."""

    kind: OverrideKind
    first: date
    last: date
    at: time | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A schedule as its page shows it; `version` changes with every edit of its form."""

    line: ScheduleLine
    show_title: str
    version: str
    decided: tuple[Decided, ...]
    runs: tuple[Run, ...]


def shown(session: Session, schedule_id: int, *, now: datetime) -> Shown:
    """Return a schedule with its next runs; raise `NotFoundError`."""
    schedule = numbered(session, schedule_id)
    return Shown(
        line=line_of(schedule, now),
        show_title=schedule.show.title,
        version=version_of(schedule),
        decided=tuple(_decided(schedule, now)),
        runs=tuple(next_runs(session, schedule, RUNS_SHOWN, now=now)),
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """A schedule in the list; `next_run` is the first that is not skipped."""

    line: ScheduleLine
    show_title: str
    next_run: Run | None
    last_night: SeenNight | None


def listed(session: Session, *, now: datetime) -> list[Listed]:
    """Return every schedule, by show."""
    last = seen_nights.last_of_each(session)
    return [_listed(one, last.get(one.id), now) for one in schedules.all_schedules(session)]


def version_of(schedule: Schedule) -> str:
    """Return the version of a schedule, which changes with every edit of its form."""
    kept = (schedule.cron, schedule.time_zone, schedule.catch_up_minutes, schedule.ready_by, schedule.is_enabled)
    return hashlib.sha256(repr(kept).encode()).hexdigest()[:16]


def _listed(schedule: Schedule, last: SeenNight | None, now: datetime) -> Listed:
    coming = next_run(schedule, last.local_date if last else None, now=now) if schedule.is_enabled else None
    return Listed(line_of(schedule, now), schedule.show.title, coming, last)


def _decided(schedule: Schedule, now: datetime) -> list[Decided]:
    found = sorted(overrides_to_come(schedule, now), key=lambda one: one.first_date)
    return [Decided(OverrideKind(one.kind), one.first_date, one.last_date, one.local_time) for one in found]
