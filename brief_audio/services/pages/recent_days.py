"""The last thirty days of a show, each with one state, for the strip on the Today page."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from brief_audio.db import today
from brief_audio.db.today import DayRow
from brief_audio.domain.schedule.ticks import TickState
from brief_audio.domain.work import LIVE_STATUSES, WorkStatus

SHOWN = 30


class DayState(StrEnum):
    """The state of a day."""

    MAKING = "processing"
    HELD = "held"
    ERRORS = "errors"
    LATE = "late"
    PUBLISHED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    WAITING = "queued"  # has a brief, but no audio was requested
    MISSED = "missed"
    NO_BRIEF = "no brief"  # a scheduled run found no brief
    SKIPPED = "skipped"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class RecentDay:
    """A day, its state, and the brief that it links to."""

    day: date
    state: DayState
    brief_slug: str | None


def last_days(session: Session, show_id: int, last: date) -> list[RecentDay]:
    """Return the thirty days up to `last`, oldest first."""
    rows = today.days(session, show_id, last - timedelta(days=SHOWN - 1), last)
    return [RecentDay(row.day, state_of(row), row.slug) for row in rows]


def state_of(row: DayRow) -> DayState:
    """Return the state of a day."""
    if row.job_status in LIVE_STATUSES:
        return DayState.MAKING
    if row.is_held:
        return DayState.HELD
    if row.published_at is not None:
        return _published(row)
    ended = {WorkStatus.FAILED: DayState.FAILED, WorkStatus.CANCELLED: DayState.CANCELLED}
    if row.job_status in ended:
        return ended[WorkStatus(row.job_status)]
    return _unmade(row)


def _published(row: DayRow) -> DayState:
    if row.failed_items:
        return DayState.ERRORS
    return DayState.LATE if row.is_late else DayState.PUBLISHED


def _unmade(row: DayRow) -> DayState:
    if row.is_skipped:
        return DayState.SKIPPED
    if row.tick_state == TickState.MISSED:
        return DayState.MISSED
    if row.slug is not None:
        return DayState.WAITING
    return DayState.NO_BRIEF if row.tick_state is not None else DayState.NOTHING
