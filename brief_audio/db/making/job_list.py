"""Jobs as the dashboard lists them: paged by ID, with only the columns a list shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.db.models import Brief, Event, ItemNarration, Rendition, Show
from brief_audio.domain.jobs import BACKFILL_PRIORITY, NarrationState, RenditionState
from brief_audio.domain.work import WorkStatus

MOST_COUNTED = 10_000
WITH_ERRORS = "errors"
STATES: tuple[str, ...] = (*WorkStatus, WITH_ERRORS)
ASKERS = ("schedule", "hand", "backfill")


@dataclass(frozen=True, slots=True)
class JobFilter:
    """The filters of a job list; None means any. `since` and `until` apply to the time of the request."""

    state: str | None = None
    show: str | None = None
    asker: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_narrow(self) -> bool:
        """Return whether any filter besides the state is set."""
        return any((self.show, self.asker, self.since, self.until))


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job in a list."""

    id: int
    brief_slug: str
    title: str
    local_date: date | None
    show_title: str
    time_zone: str
    status: str
    is_cancelling: bool
    attempt: int
    total_items: int
    completed_items: int
    failed_items: int
    error: str | None
    requested_by: str
    created_at: datetime
    claimed_at: datetime | None
    finished_at: datetime | None
    held_reason: str | None  # set if the job's own rendition is not published


@dataclass(frozen=True, slots=True)
class ItemNote:
    """An item that a list mentions: the one being narrated, or the first that failed."""

    job_id: int
    position: int
    state: str
    error: str | None


COLUMNS = (
    Job.id,
    Brief.slug,
    Job.brief_title,
    Brief.local_date,
    Show.title,
    Show.time_zone,
    Job.status,
    Job.cancel_requested,
    Job.attempt,
    Job.total_items,
    Job.completed_items,
    Job.failed_items,
    Job.error,
    Job.requested_by,
    Job.created_at,
    Job.claimed_at,
    Job.finished_at,
)


def page(
    session: Session, wanted: JobFilter, *, before: int | None = None, after: int | None = None, limit: int
) -> list[JobRow]:
    """Return jobs, newest first: the newest with an ID below `before`, or the next ones above `after`."""
    held = select(Brief.held_reason).where(Rendition.job_id == Job.id, Rendition.state == RenditionState.STORED)
    rows: Select[*tuple[Any, ...]] = select(*COLUMNS, held.scalar_subquery())
    rows = rows.join(Brief, Brief.id == Job.brief_id).join(Show, Show.id == Brief.show_id).where(*_conditions(wanted))
    if after is not None:
        found = session.execute(rows.where(Job.id > after).order_by(Job.id).limit(limit)).all()
        return [_row(row) for row in reversed(found)]
    rows = rows if before is None else rows.where(Job.id < before)
    return [_row(row) for row in session.execute(rows.order_by(Job.id.desc()).limit(limit))]


def counts(session: Session) -> dict[str, int]:
    """Return the number of jobs in each state, and of all jobs under ""; counting stops at `MOST_COUNTED`."""
    asked = [("", JobFilter()), *((state, JobFilter(state)) for state in STATES)]
    columns = [_counted(wanted).label(f"of_{state or 'all'}") for state, wanted in asked]
    found = session.execute(select(*columns)).one()
    return {state: number for (state, _), number in zip(asked, found, strict=True)}


def item_notes(session: Session, job_ids: Sequence[int]) -> list[ItemNote]:
    """Return, for each job, the first item in each state that a list mentions."""
    named = (NarrationState.SPEAKING, NarrationState.FAILED)
    columns = (ItemNarration.job_id, ItemNarration.position, ItemNarration.state, ItemNarration.error)
    found = select(*columns).where(ItemNarration.job_id.in_(job_ids), ItemNarration.state.in_(named))
    first = found.ext(distinct_on(ItemNarration.job_id, ItemNarration.state))
    ordered = first.order_by(ItemNarration.job_id, ItemNarration.state, ItemNarration.position)
    return [ItemNote(*row) for row in session.execute(ordered)]


def history(session: Session, job_id: int, *, limit: int) -> list[Event]:
    """Return a job's newest events, oldest first."""
    found = select(Event).where(Event.job_id == job_id).order_by(Event.id.desc()).limit(limit)
    return list(session.execute(found).scalars())[::-1]


def _row(row: Row[*tuple[Any, ...]]) -> JobRow:
    return JobRow(*row)


def _conditions(wanted: JobFilter) -> list[ColumnElement[bool]]:
    conditions = [] if wanted.state is None else _of_state(wanted.state)
    if wanted.show is not None:
        conditions.append(Show.slug == wanted.show)
    if wanted.asker is not None:
        conditions.append(_asked_by(wanted.asker))
    if wanted.since is not None:
        conditions.append(Job.created_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(Job.created_at < wanted.until)
    return conditions


def _of_state(state: str) -> list[ColumnElement[bool]]:
    if state == WITH_ERRORS:
        return [Job.status == WorkStatus.COMPLETED, Job.failed_items > 0]
    return [Job.status == state]


def _asked_by(asker: str) -> ColumnElement[bool]:
    is_schedule = Job.requested_by.like("schedule %")
    if asker == "schedule":
        return is_schedule
    is_backfill = Job.priority >= BACKFILL_PRIORITY
    return is_backfill if asker == "backfill" else ~is_schedule & ~is_backfill


def _counted(wanted: JobFilter) -> ColumnElement[int]:
    some = select(Job.id).where(*_conditions(wanted)).limit(MOST_COUNTED + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()
