"""The history: one event for everything that happens, written in the same transaction."""

from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from brief_audio.db.models import Event
from brief_audio.domain.work import storable


def tail(session: Session, *, job_id: int | None, after: int, limit: int) -> list[Event]:
    """Return the newest events with an ID above `after`, optionally of one job, oldest first."""
    query = select(Event).where(Event.id > after).order_by(Event.id.desc()).limit(limit)
    if job_id is not None:
        query = query.where(Event.job_id == job_id)
    return list(session.execute(query).scalars())[::-1]


def record(
    session: Session,
    actor: str,
    kind: str,
    *,
    job_id: int | None = None,
    brief_id: int | None = None,
    attempt: int | None = None,
    message: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """Add an event; `message` is kept in full, unlike the shortened error in a row."""
    session.execute(
        insert(Event).values(
            actor=actor,
            kind=kind,
            job_id=job_id,
            brief_id=brief_id,
            attempt=attempt,
            message=storable(message),
            detail=detail or {},
        )
    )
