"""The event history, in order."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from brief_audio.db import events
from brief_audio.db.making import job_lookup
from brief_audio.domain.errors import NotFoundError

MOST_LINES = 10_000
LOOKED_AT_AGAIN = 500  # ids are assigned before the commit, so a smaller one may appear after a larger one


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One event: who or what did what, to what. Newer events have larger ids."""

    id: int
    at: datetime
    actor: str
    kind: str
    job_id: int | None
    attempt: int | None
    message: str


def tail(session: Session, *, job_id: int | None = None, after: int = 0, limit: int = 50) -> list[HistoryLine]:
    """Return the newest events, or those of one job, in order; raise `NotFoundError` for an unknown job."""
    if job_id is not None and job_lookup.find(session, job_id) is None:
        raise NotFoundError(f"there is no job {job_id}", code="no_such_job", facts={"job": job_id})
    found = events.tail(session, job_id=job_id, after=after, limit=min(limit, MOST_LINES))
    return [HistoryLine(one.id, one.at, one.actor, one.kind, one.job_id, one.attempt, one.message) for one in found]


@dataclass(slots=True)
class Follower:
    """Follow new events without missing any that a long transaction commits late."""

    job_id: int | None = None
    _seen: set[int] = field(default_factory=set)

    def begin(self, session: Session, *, limit: int) -> list[HistoryLine]:
        """Return the same events as `tail`, and mark all existing ones as seen."""
        return self._unseen(session, after=0, limit=max(limit, LOOKED_AT_AGAIN))[-limit:]

    def news(self, session: Session) -> list[HistoryLine]:
        """Return the events that have appeared since the last call, in order."""
        return self._unseen(session, after=max(0, max(self._seen, default=0) - LOOKED_AT_AGAIN), limit=MOST_LINES)

    def _unseen(self, session: Session, *, after: int, limit: int) -> list[HistoryLine]:
        found = tail(session, job_id=self.job_id, after=after, limit=limit)
        fresh = [line for line in found if line.id not in self._seen]
        self._seen.update(line.id for line in fresh)
        newest = max(self._seen, default=0)
        self._seen = {number for number in self._seen if number >= newest - LOOKED_AT_AGAIN}
        return fresh
