"""Request audio for a brief, and report on jobs."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from brief_audio.db import events
from brief_audio.db.briefs import briefs
from brief_audio.db.connection.engine import Database
from brief_audio.db.making import enqueueing, job_lookup
from brief_audio.db.models import AudioGenerationJob, Brief, ItemNarration, Rendition
from brief_audio.domain.errors import ConflictError, NotFoundError
from brief_audio.domain.jobs import MANUAL_PRIORITY, QueueRules, RenditionState
from brief_audio.domain.work import LIVE_STATUSES, WorkStatus
from brief_audio.services.briefs.lookup import found
from brief_audio.services.making.up_to_date import up_to_date
from brief_audio.speech.base import Voices
from brief_audio.storage.base import AudioStore


@dataclass(frozen=True, slots=True)
class Requested:
    """The result of a request: a new job, the live job, or none because the rendition is up to date."""

    brief_id: int
    brief_slug: str
    job_id: int | None
    is_new: bool
    up_to_date_rendition: int | None  # its number, if no job was needed
    is_outdated: bool = False  # the live job narrates an older text


@dataclass(frozen=True, slots=True)
class ItemReport:
    """The narration of one item in a job."""

    position: int
    headline: str
    state: str
    tries: int
    seconds: float | None
    error: str | None


@dataclass(frozen=True, slots=True)
class RenditionReport:
    """The rendition of a job; every figure was measured on the encoded file."""

    number: int
    state: str
    audio_object: str
    seconds: float
    size_bytes: int
    loudness_lufs: float
    true_peak_dbtp: float
    voices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JobReport:
    """A job, for a person or a program."""

    id: int
    brief_id: int
    brief_slug: str
    title: str
    status: str
    progress: int
    attempt: int
    total_items: int
    completed_items: int
    failed_items: int
    error: str | None
    held_reason: str | None
    requested_by: str
    retry_of: int | None
    claimed_by: str | None
    created_at: datetime
    next_attempt_at: datetime | None  # of a queued job: the earliest time at which it may be claimed
    claimed_at: datetime | None
    finished_at: datetime | None
    rendition: RenditionReport | None
    items: tuple[ItemReport, ...]

    @property
    def is_final(self) -> bool:
        """Return whether the job has reached a final state."""
        return self.status not in LIVE_STATUSES


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event in a job's history."""

    at: datetime
    actor: str
    kind: str
    attempt: int | None
    message: str


@dataclass(frozen=True, slots=True)
class JobWithHistory:
    """A job with its history."""

    job: JobReport
    history: tuple[EventLine, ...]


def request_generation(
    db: Database,
    brief_id: int,
    speech: Voices,
    *,
    rules: QueueRules,
    force: bool,
    requested_by: str,
    priority: int = MANUAL_PRIORITY,
    store: AudioStore | None = None,
) -> Requested:
    """Queue a job for a brief, or return its live one; queue none if the current rendition is up to date.

    `force` always queues one, in which every item is re-recorded as its next take. A rendition whose files are missing
    from `store` is not up to date. The scripts are compared between two transactions, because a long text takes longer
    than a transaction may stay open.

    Raise `QueueFullError` if the queue is full (never for a scheduled run), `StillCancellingError` if the live job was
    cancelled and its worker has not released it yet, and `ConflictError` if `force` comes after a worker has claimed
    the job.
    """
    while True:
        with db.transaction() as session:
            brief = found(session, brief_id)
        if not force and (same := up_to_date(db, brief.id, speech, store=store)) is not None:
            with db.transaction() as session:
                if same.still_holds(session):
                    return Requested(brief.id, brief.slug, None, is_new=False, up_to_date_rendition=same.number)
        with db.transaction() as session:
            locked = briefs.lock(session, brief.id)
            # If another job has published meanwhile, its edition may already be the one requested: compare again.
            if force or locked.current_rendition_id == brief.current_rendition_id:
                return _queued(session, locked, rules, force=force, requested_by=requested_by, priority=priority)


def _queued(
    session: Session, brief: Brief, rules: QueueRules, *, force: bool, requested_by: str, priority: int
) -> Requested:
    if enqueueing.live_job_id(session, brief.id) is None:
        enqueueing.refuse_if_full(session, rules, priority=priority)
    if force:
        briefs.take_again(session, brief.id)
        session.refresh(brief)
    made = enqueueing.enqueue(session, brief, requested_by=requested_by, priority=priority)
    if force and made.is_outdated:
        raise ConflictError(f"job {made.job_id} is running: wait until it has ended before you re-record everything")
    return Requested(
        brief.id, brief.slug, made.job_id, is_new=made.is_new, up_to_date_rendition=None, is_outdated=made.is_outdated
    )


def report(session: Session, job_id: int) -> JobReport:
    """Return a job with its items; raise `NotFoundError`."""
    return _report(_find(session, job_id), job_lookup.narrations(session, job_id))


def outline(session: Session, job_id: int) -> JobReport:
    """Return a job without its items, which is enough to show its progress."""
    return _report(_find(session, job_id), [])


def latest(session: Session, *, status: WorkStatus | None, limit: int) -> list[JobReport]:
    """Return the newest jobs, without their items."""
    return [_report(job, []) for job in job_lookup.latest(session, status=status, brief_id=None, limit=limit)]


def history(session: Session, job_id: int) -> list[EventLine]:
    """Return the events of a job, in order; raise `NotFoundError`."""
    _find(session, job_id)
    found = job_lookup.history(session, job_id)
    return [EventLine(event.at, event.actor, event.kind, event.attempt, event.message) for event in found]


def retry(session: Session, job_id: int, *, rules: QueueRules, requested_by: str) -> enqueueing.Enqueued:
    """Queue a new job that points to a failed or cancelled one, with the brief's current text.

    Raise `NotFoundError`, `ConflictError` if the job did not fail, `StillCancellingError` or `QueueFullError`.
    """
    job = _find(session, job_id)
    enqueueing.refuse_to_join_cancelled(
        job_id, is_cancel_requested=job.cancel_requested and job.status in LIVE_STATUSES
    )
    if job.status not in {WorkStatus.FAILED, WorkStatus.CANCELLED}:
        raise ConflictError(f"job {job_id} is {job.status}: only failed and cancelled jobs can be retried")
    brief = briefs.lock(session, job.brief_id)
    if enqueueing.live_job_id(session, brief.id) is None:
        enqueueing.refuse_if_full(session, rules, priority=job.priority)
    made = enqueueing.enqueue(session, brief, requested_by=requested_by, priority=job.priority, retry_of_id=job.id)
    if made.is_new:
        events.record(session, requested_by, "job.retried", job_id=job.id, brief_id=job.brief_id)
    return made


def _find(session: Session, job_id: int) -> AudioGenerationJob:
    job = job_lookup.find(session, job_id)
    if job is None:
        raise NotFoundError(f"there is no job {job_id}", code="no_such_job", facts={"job": job_id})
    return job


def _report(job: AudioGenerationJob, narrations: list[ItemNarration]) -> JobReport:
    return JobReport(
        id=job.id,
        brief_id=job.brief_id,
        brief_slug=job.brief.slug,
        title=job.brief_title,
        status=job.status,
        progress=job.progress,
        attempt=job.attempt,
        total_items=job.total_items,
        completed_items=job.completed_items,
        failed_items=job.failed_items,
        error=job.error,
        held_reason=_held_reason(job),
        requested_by=job.requested_by,
        retry_of=job.retry_of_id,
        claimed_by=job.claimed_by,
        created_at=job.created_at,
        next_attempt_at=job.run_after if job.status == WorkStatus.QUEUED else None,
        claimed_at=job.claimed_at,
        finished_at=job.finished_at,
        rendition=_rendition(job.rendition) if job.rendition else None,
        items=tuple(_item(row) for row in narrations),
    )


def _held_reason(job: AudioGenerationJob) -> str | None:
    """Return why this job's rendition is held; the brief may also be held because of another job's rendition."""
    is_unpublished = job.rendition is not None and job.rendition.state == RenditionState.STORED
    return job.brief.held_reason if is_unpublished else None


def _rendition(row: Rendition) -> RenditionReport:
    return RenditionReport(
        number=row.number,
        state=row.state,
        audio_object=row.audio_object,
        seconds=row.duration_ms / 1000,
        size_bytes=row.size_bytes,
        loudness_lufs=row.loudness_lufs,
        true_peak_dbtp=row.true_peak_dbtp,
        voices=row.voices,
    )


def _item(row: ItemNarration) -> ItemReport:
    seconds = row.duration_ms / 1000 if row.duration_ms is not None else None
    return ItemReport(row.position, row.headline, row.state, row.tries, seconds, row.error)
