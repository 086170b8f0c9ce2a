"""What happened, in order: every line that the history keeps."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from brief_audio.db import events, job_lists
from brief_audio.domain.errors import NotFoundError

MOST_LINES = 10_000


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """Who or what did what, to what; `id` grows with time."""

    id: int
    at: datetime
    actor: str
    kind: str
    job_id: int | None
    attempt: int | None
    message: str


def tail(session: Session, *, job_id: int | None = None, after: int = 0, limit: int = 50) -> list[HistoryLine]:
    """Return the newest lines, or those of one job, in order; raise `NotFoundError` for a job that there is not."""
    if job_id is not None and job_lists.find(session, job_id) is None:
        raise NotFoundError(f"there is no job {job_id}; `manage.py jobs list` shows those there are")
    found = events.tail(session, job_id=job_id, after=after, limit=min(limit, MOST_LINES))
    return [HistoryLine(one.id, one.at, one.actor, one.kind, one.job_id, one.attempt, one.message) for one in found]
