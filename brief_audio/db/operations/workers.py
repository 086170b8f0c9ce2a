"""The workers' rows: each worker writes its own, for people to read. No job depends on them."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import Interval, delete, func, select, type_coerce
from sqlalchemy.dialects.postgresql import insert as insert_or_update
from sqlalchemy.orm import Session

from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.db.models import WorkerRow
from brief_audio.domain.work import WorkStatus


def keep(session: Session, row: Mapping[str, object]) -> None:
    """Write or replace a worker's own row; this also sets its last report to now."""
    fresh = dict(row) | {"seen_at": func.now()}
    statement = insert_or_update(WorkerRow).values(fresh)
    session.execute(statement.on_conflict_do_update(index_elements=["name"], set_=fresh))


def remove(session: Session, name: str) -> None:
    """Delete the row of a worker that shuts down."""
    session.execute(delete(WorkerRow).where(WorkerRow.name == name))


def remove_silent(session: Session, silence: timedelta) -> None:
    """Delete the rows of workers that have not reported for that long."""
    session.execute(delete(WorkerRow).where(WorkerRow.seen_at < func.now() - silence))


def with_ages(session: Session) -> list[tuple[WorkerRow, timedelta]]:
    """Return every worker with the time since its last report by the database's clock, longest running first."""
    age = type_coerce(func.now() - WorkerRow.seen_at, Interval)
    found = session.execute(select(WorkerRow, age).order_by(WorkerRow.started_at, WorkerRow.id))
    return [(row[0], row[1]) for row in found]


def jobs_in_hand(session: Session) -> dict[str, list[int]]:
    """Return the IDs of the jobs that each worker is processing, by worker name."""
    found = select(Job.claimed_by, Job.id).where(Job.status == WorkStatus.PROCESSING).order_by(Job.id)
    held: defaultdict[str, list[int]] = defaultdict(list)
    for name, job_id in session.execute(found):
        held[str(name)].append(job_id)
    return held
