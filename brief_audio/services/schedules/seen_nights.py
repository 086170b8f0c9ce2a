"""Past runs of a schedule, each with the result of its job."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from brief_audio.db import seen_nights
from brief_audio.domain.schedule.ticks import TickState
from brief_audio.domain.work import WorkStatus


@dataclass(frozen=True, slots=True)
class SeenNight:
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


def newest(session: Session, schedule_id: int, *, limit: int) -> list[SeenNight]:
    """Return a schedule's newest past runs, newest first."""
    return [_night(row) for row in seen_nights.newest(session, schedule_id, limit=limit)]


def last_of_each(session: Session) -> dict[int, SeenNight]:
    """Return the last run of every schedule that had one, by the schedule's id."""
    found = (_night(row) for row in seen_nights.last_of_each(session))
    return {night.schedule_id: night for night in found}


def _night(row: Any) -> SeenNight:
    tick, status, finished_at, published_at = row
    return SeenNight(
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
