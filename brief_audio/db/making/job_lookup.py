"""Read jobs: lists for people, and the copy that a worker narrates from."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.db.models import Brief, Event, ItemNarration


def find(session: Session, job_id: int) -> Job | None:
    """Return a job with its brief, show and rendition."""
    found = select(Job).where(Job.id == job_id)
    found = found.options(joinedload(Job.brief).joinedload(Brief.show), joinedload(Job.rendition))
    return session.execute(found).scalar_one_or_none()


def latest(session: Session, *, status: str | None, brief_id: int | None, limit: int) -> list[Job]:
    """Return the newest jobs, newest first."""
    found = select(Job).options(joinedload(Job.brief), joinedload(Job.rendition)).order_by(Job.id.desc()).limit(limit)
    found = found.where(Job.status == status) if status else found
    return list(session.execute(found.where(Job.brief_id == brief_id) if brief_id else found).scalars())


def last_of(session: Session, brief_ids: Sequence[int]) -> dict[int, Job]:
    """Return the newest job of each of these briefs, by brief ID."""
    newest = select(func.max(Job.id)).where(Job.brief_id.in_(brief_ids)).group_by(Job.brief_id)
    found = session.execute(select(Job).where(Job.id.in_(newest))).scalars()
    return {job.brief_id: job for job in found}


def narrations(session: Session, job_id: int) -> list[ItemNarration]:
    """Return each item's part in a job, in the brief's order."""
    found = select(ItemNarration).where(ItemNarration.job_id == job_id).order_by(ItemNarration.position)
    return list(session.execute(found).scalars())


def history(session: Session, job_id: int) -> list[Event]:
    """Return a job's events, oldest first."""
    return list(session.execute(select(Event).where(Event.job_id == job_id).order_by(Event.id)).scalars())
