"""What a job's page shows, without the texts of its items and its rendition."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.db.models import Brief, ItemNarration, Rendition, Show
from brief_audio.domain.work import LIVE_STATUSES


@dataclass(frozen=True, slots=True)
class JobFacts:
    """A job with its brief and show."""

    id: int
    brief_id: int
    brief_slug: str
    title: str
    local_date: date | None
    held_reason: str | None  # the brief's, for whichever rendition is held
    show_title: str
    show_slug: str
    time_zone: str
    failed_share_limit: float
    status: str
    is_cancelling: bool
    attempt: int
    charged: int
    progress: int
    total_items: int
    completed_items: int
    failed_items: int
    error: str | None
    requested_by: str
    retry_of: int | None
    claimed_by: str | None
    created_at: datetime
    run_after: datetime
    claimed_at: datetime | None
    finished_at: datetime | None

    @property
    def is_live(self) -> bool:
        """Return whether the job can still change."""
        return self.status in LIVE_STATUSES


@dataclass(frozen=True, slots=True)
class ItemPart:
    """One item's part in a job."""

    position: int
    item_id: int | None
    headline: str
    state: str
    tries: int
    duration_ms: int | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Made:
    """The rendition a job made; every figure was measured on the encoded file."""

    number: int
    state: str
    audio_object: str
    duration_ms: int
    size_bytes: int
    loudness_lufs: float
    true_peak_dbtp: float
    item_count: int
    failed_items: int


FACTS = (
    Job.id,
    Job.brief_id,
    Brief.slug,
    Job.brief_title,
    Brief.local_date,
    Brief.held_reason,
    Show.title,
    Show.slug,
    Show.time_zone,
    Show.failed_share_limit,
    Job.status,
    Job.cancel_requested,
    Job.attempt,
    Job.charged,
    Job.progress,
    Job.total_items,
    Job.completed_items,
    Job.failed_items,
    Job.error,
    Job.requested_by,
    Job.retry_of_id,
    Job.claimed_by,
    Job.created_at,
    Job.run_after,
    Job.claimed_at,
    Job.finished_at,
)


def facts(session: Session, job_id: int) -> JobFacts | None:
    """Return a job, None if it doesn't exist."""
    return _one(session.execute(_facts().where(Job.id == job_id)).one_or_none())


def newest_of_brief(session: Session, brief_id: int) -> JobFacts | None:
    """Return the newest job of a brief."""
    newest = _facts().where(Job.brief_id == brief_id).order_by(Job.id.desc()).limit(1)
    return _one(session.execute(newest).one_or_none())


def items(session: Session, job_id: int) -> list[ItemPart]:
    """Return each item's part in a job, in the brief's order."""
    of = ItemNarration
    found = select(of.position, of.item_id, of.headline, of.state, of.tries, of.duration_ms, of.error)
    rows = session.execute(found.where(of.job_id == job_id).order_by(of.position))
    return [ItemPart(*row) for row in rows]


def made(session: Session, job_id: int) -> Made | None:
    """Return the rendition a job made, None if it made none."""
    of = Rendition
    found = select(
        of.number,
        of.state,
        of.audio_object,
        of.duration_ms,
        of.size_bytes,
        of.loudness_lufs,
        of.true_peak_dbtp,
        of.item_count,
        of.failed_items,
    )
    row = session.execute(found.where(of.job_id == job_id)).one_or_none()
    return Made(*row) if row else None


def newer_job(session: Session, job_id: int) -> int | None:
    """Return the newest retry of this job."""
    found = select(Job.id).where(Job.retry_of_id == job_id).order_by(Job.id.desc()).limit(1)
    return session.execute(found).scalar()


def _facts() -> Select[*tuple[Any, ...]]:
    found: Select[*tuple[Any, ...]] = select(*FACTS)
    return found.join(Brief, Brief.id == Job.brief_id).join(Show, Show.id == Brief.show_id)


def _one(row: Row[*tuple[Any, ...]] | None) -> JobFacts | None:
    return JobFacts(*row) if row else None
