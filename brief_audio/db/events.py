"""The history: one line for everything that happened, written in the transaction that made it happen."""

from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from brief_audio.db.models import Event
from brief_audio.domain.jobs import storable


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
    """Add an event; `message` is kept whole, unlike the short error of a row."""
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
