"""Generate, cancel and retry from the dashboard. These calls return at once; none waits for a generation."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from brief_audio.db import work
from brief_audio.db.connection.engine import Database
from brief_audio.db.making import job_lookup
from brief_audio.db.making.enqueueing import Enqueued
from brief_audio.db.making.jobs import JOBS
from brief_audio.domain.jobs import QueueRules
from brief_audio.domain.work import WorkStatus
from brief_audio.services.accounts.permissions import Operation, require_role
from brief_audio.services.accounts.sessions import SignedIn
from brief_audio.services.briefs import lookup
from brief_audio.services.making import jobs as job_service
from brief_audio.services.making.voices_with_timeout import VoicesWithTimeout
from brief_audio.speech.base import SpeechService
from brief_audio.storage.base import AudioStore


@dataclass(frozen=True, slots=True)
class CurrentJob:
    """The job that is already there for a brief: its state, who requested it, and when it was queued or started."""

    job_id: int
    status: str
    requested_by: str
    since: datetime


@dataclass(frozen=True, slots=True)
class AudioRequest:
    """The result of a request: exactly one of a new job, a live job, or a rendition that is up to date."""

    made: int | None = None
    joined: CurrentJob | None = None
    up_to_date: int | None = None
    is_outdated: bool = False  # the live job narrates an older text


def generate(
    db: Database,
    slug: str,
    speech: SpeechService,
    *,
    rules: QueueRules,
    force: bool,
    by: SignedIn,
    store: AudioStore | None = None,
) -> AudioRequest:
    """Queue a job for the brief with that slug, unless one is live or its rendition is up to date.

    A voice counts as changed if its model takes more than a moment to identify or is not downloaded yet; the worker
    that claims the job finds out. Raise `NotAllowedError`, `NotFoundError`, `QueueFullError`, `StillCancellingError`,
    or `ConflictError` if `force` comes too late.
    """
    actor = require_role(by, Operation.GENERATE_AUDIO)
    with db.transaction() as session:
        brief_id = lookup.brief_by_slug(session, slug).id
    return generate_found(db, brief_id, speech, rules=rules, force=force, actor=actor, store=store)


def generate_found(
    db: Database,
    brief_id: int,
    speech: SpeechService,
    *,
    rules: QueueRules,
    force: bool,
    actor: str,
    store: AudioStore | None = None,
) -> AudioRequest:
    """Do what `generate` does. The caller has already found the brief and checked the permission."""
    asked = job_service.request_generation(
        db, brief_id, VoicesWithTimeout(speech), rules=rules, force=force, requested_by=actor, store=store
    )
    if asked.job_id is None or asked.is_new:
        return AudioRequest(made=asked.job_id, up_to_date=asked.up_to_date_rendition)
    with db.transaction() as session:
        return AudioRequest(joined=_live_job(session, asked.job_id), is_outdated=asked.is_outdated)


def cancel(session: Session, job_id: int, *, by: SignedIn) -> WorkStatus:
    """Cancel a queued job, or tell the worker of a running one to stop; return the job's new state.

    Raise `NotAllowedError`, `NotFoundError`, or `ConflictError` if the job has already ended.
    """
    return work.cancel(session, JOBS, job_id, requested_by=require_role(by, Operation.CANCEL_JOBS))


def retry(session: Session, job_id: int, *, rules: QueueRules, by: SignedIn) -> Enqueued:
    """Queue a new job to replace a failed or cancelled one, with the brief's current text.

    Raise `NotAllowedError`, `NotFoundError`, `ConflictError`, `StillCancellingError` or `QueueFullError`.
    """
    actor = require_role(by, Operation.GENERATE_AUDIO)
    return job_service.retry(session, job_id, rules=rules, requested_by=actor)


def _live_job(session: Session, job_id: int) -> CurrentJob:
    job = job_lookup.find(session, job_id)
    assert job is not None  # it was live a moment ago
    return CurrentJob(job.id, job.status, job.requested_by, job.claimed_at or job.created_at)
