"""Kinds of errors that occurred: one row per kind, written with one statement, read newest first."""

from dataclasses import asdict, dataclass
from datetime import datetime

import psycopg2
from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from brief_audio.db.engine import Database
from brief_audio.db.models import ErrorGroup
from brief_audio.db.patience import waiting_for
from brief_audio.domain.dashboard import ErrorSource
from brief_audio.domain.errors import BriefAudioError

PATIENCE_SECONDS = 2.0  # the request that failed has already waited long enough
# Record the error even if its job has been deleted.
NOTE = """
INSERT INTO error_group AS kept (fingerprint, source, title, sample, place, number, job_id, count)
VALUES (%(fingerprint)s, %(source)s, %(title)s, %(sample)s, %(place)s, %(number)s,
        (SELECT id FROM audio_generation_job WHERE id = %(job_id)s), %(count)s)
ON CONFLICT (fingerprint) DO UPDATE SET
  count = least(kept.count, 2000000000) + excluded.count,
  last_at = now(),
  sample = excluded.sample,
  number = CASE WHEN excluded.number = '' THEN kept.number ELSE excluded.number END,
  job_id = coalesce(excluded.job_id, kept.job_id)
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """One kind of error and its latest occurrence, as stored."""

    fingerprint: str
    source: ErrorSource
    title: str
    sample: str
    place: str
    number: str
    job_id: int | None


def note(db: Database, row: ErrorRow, *, count: int = 1) -> str | None:
    """Add to the row of that kind; return why that failed, if it did, because an error about an error helps no one."""
    try:
        with waiting_for(PATIENCE_SECONDS):
            db.ask(NOTE, asdict(row) | {"source": row.source.value, "count": count})
    except (BriefAudioError, SQLAlchemyError, psycopg2.Error) as error:
        return str(error).partition("\n")[0]
    return None


def newest(
    session: Session, *, most: int, source: ErrorSource | None = None, before: tuple[datetime, int] | None = None
) -> list[ErrorGroup]:
    """Return groups, most recent first; `before` is the last entry of the previous page."""
    groups = select(ErrorGroup).order_by(ErrorGroup.last_at.desc(), ErrorGroup.id.desc()).limit(most)
    if source is not None:
        groups = groups.where(ErrorGroup.source == source)
    if before is not None:
        groups = groups.where(tuple_(ErrorGroup.last_at, ErrorGroup.id) < before)
    return list(session.execute(groups).scalars())


def count_by_source(session: Session, *, most: int) -> dict[str, int]:
    """Return the number of groups per source, counting at most `most` groups in total."""
    some = select(ErrorGroup.source).limit(most).subquery()
    found = session.execute(select(some.c.source, func.count()).group_by(some.c.source))
    return {str(source): count for source, count in found}


def forget(session: Session, before: datetime, limit: int) -> int:
    """Delete groups that have not occurred since `before`; return how many."""
    old = select(ErrorGroup.id).where(ErrorGroup.last_at < before).order_by(ErrorGroup.last_at).limit(limit)
    return len(session.execute(delete(ErrorGroup).where(ErrorGroup.id.in_(old)).returning(ErrorGroup.id)).all())
