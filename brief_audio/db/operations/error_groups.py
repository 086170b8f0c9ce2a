"""Kinds of errors that occurred: one row per kind, written with one statement, read newest first."""

from dataclasses import asdict, dataclass
from datetime import datetime

import psycopg2
from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from brief_audio.db.connection.engine import Database
from brief_audio.db.connection.wait_limits import waiting_for
from brief_audio.db.models import ErrorGroup
from brief_audio.domain.errors import BriefAudioError, ErrorSource

PATIENCE_SECONDS = 2.0  # the request that failed has already waited long enough
# Record the error even if its job has been deleted. Processes write in any order, some long after the error happened:
# the row keeps what happened last, not what was written last.
NOTE = """
INSERT INTO error_group AS kept
    (fingerprint, source, title, sample, place, number, job_id, count, first_at, last_at)
VALUES (%(fingerprint)s, %(source)s, %(title)s, %(sample)s, %(place)s, %(number)s,
        (SELECT id FROM audio_generation_job WHERE id = %(job_id)s), %(count)s,
        clock_timestamp() - make_interval(secs => %(first_seconds_ago)s),
        clock_timestamp() - make_interval(secs => %(last_seconds_ago)s))
ON CONFLICT (fingerprint) DO UPDATE SET
  count = least(kept.count, 2000000000) + excluded.count,
  first_at = least(kept.first_at, excluded.first_at),
  last_at = greatest(kept.last_at, excluded.last_at),
  sample = CASE WHEN excluded.last_at < kept.last_at THEN kept.sample ELSE excluded.sample END,
  number = CASE WHEN excluded.number = '' OR (kept.number <> '' AND excluded.last_at < kept.last_at)
           THEN kept.number ELSE excluded.number END,
  job_id = CASE WHEN excluded.last_at < kept.last_at THEN coalesce(kept.job_id, excluded.job_id)
           ELSE coalesce(excluded.job_id, kept.job_id) END
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


@dataclass(frozen=True, slots=True)
class Cases:
    """How many cases of one kind are written together, and how long ago the first and the last of them happened.

    Ages instead of instants: the database's clock dates them, whatever the clock of the machine says.
    """

    count: int = 1
    first_seconds_ago: float = 0.0
    last_seconds_ago: float = 0.0


def note(db: Database, row: ErrorRow, cases: Cases = Cases()) -> str | None:
    """Add to the row of that kind; return why that failed, if it did: an error about an error helps no one."""
    try:
        with waiting_for(PATIENCE_SECONDS):
            db.ask(NOTE, asdict(row) | asdict(cases) | {"source": row.source.value})
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
