"""Past scheduled runs, for people to read."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from brief_audio.db import schedules
from brief_audio.domain.schedule.ticks import TickState
from brief_audio.services.schedules.lookup import numbered


@dataclass(frozen=True, slots=True)
class TickLine:
    """One past run: its result, and whether it is still waiting for its brief."""

    local_date: date
    state: TickState
    is_open: bool
    due_at: datetime
    open_until: datetime
    ready_by: datetime | None
    job_id: int | None
    late_told_at: datetime | None


def past_nights(session: Session, schedule_id: int, *, limit: int) -> list[TickLine]:
    """Return a schedule's newest ticks, newest first; raise `NotFoundError` for an unknown schedule."""
    numbered(session, schedule_id)
    return [
        TickLine(
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
