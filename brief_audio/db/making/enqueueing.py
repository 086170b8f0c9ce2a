"""Queueing jobs: one live job per brief, a limited queue, and a notification to the workers.

Functions take a session and never commit; each writes its event in the same transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, func, insert, literal, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.orm import Session

from brief_audio.db import events
from brief_audio.db.connection import wakeups
from brief_audio.db.making.jobs import JOBS
from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.db.models import Brief, Item, ItemNarration, Show, Voice
from brief_audio.db.models.work import LIVE
from brief_audio.domain.errors import QueueFullError, StillCancellingError
from brief_audio.domain.jobs import BACKFILL_PRIORITY, MANUAL_PRIORITY, QueueRules
from brief_audio.domain.work import LIVE_STATUSES, WorkStatus

ROOM_LOCK = 7_205_001  # advisory lock: held while counting the queue


@dataclass(frozen=True, slots=True)
class Enqueued:
    """The live job of a brief: whether this request created it, or found it already running with an older text."""

    job_id: int
    is_new: bool
    is_outdated: bool = False


def enqueue(
    session: Session,
    brief: Brief,
    *,
    requested_by: str,
    priority: int = MANUAL_PRIORITY,
    run_after: datetime | None = None,
    retry_of_id: int | None = None,
) -> Enqueued:
    """Return the brief's live job, creating one with a copy of the brief's text if there is none.

    The caller must hold the brief's row lock. A live job that is still queued gets the current text, and moves up to
    this request's `priority`: a scheduled run that joins a backfill job must not wait like one, even if its worker
    dies or gives it back. This is a loop because a conflicting live job may end before it can be read. Raise
    `StillCancellingError` if the live job is being cancelled: it will publish nothing, so it can't be joined.
    """
    while True:
        row = {
            "brief_id": brief.id,
            "brief_title": brief.title,
            "requested_by": requested_by,
            "priority": priority,
            "run_after": run_after or func.now(),
            "retry_of_id": retry_of_id,
        }
        statement = (
            insert_or_skip(Job).values(row).on_conflict_do_nothing(index_elements=["brief_id"], index_where=LIVE)
        )
        made = session.execute(statement.returning(Job.id)).scalar()
        if made is not None:
            _copy_items(session, made, brief.id)
            events.record(session, requested_by, "job.queued", job_id=made, brief_id=brief.id)
            wakeups.wake_workers(session, JOBS.name)
            return Enqueued(made, is_new=True)
        found = session.execute(_live(brief.id)).one_or_none()
        if found is not None:
            refuse_to_join_cancelled(found.id, is_cancel_requested=found.cancel_requested)
            _move_up(session, found.id, priority, requested_by)
            is_older = found.copied_at < brief.updated_at
            is_outdated = is_older and not _renew(session, found.id, brief, requested_by)
            return Enqueued(found.id, is_new=False, is_outdated=is_outdated)


def live_job_id(session: Session, brief_id: int) -> int | None:
    """Return the ID of the brief's queued or processing job."""
    return session.execute(_live(brief_id)).scalar()


def refuse_to_join_cancelled(job_id: int, *, is_cancel_requested: bool) -> None:
    """Raise `StillCancellingError` if the live job is being cancelled."""
    if is_cancel_requested:
        raise StillCancellingError(f"job {job_id} is being cancelled; try again in a moment")


def briefs_with_live_job(session: Session, brief_ids: Sequence[int]) -> set[int]:
    """Return which of these briefs have a queued or processing job."""
    found = select(Job.brief_id).where(Job.brief_id.in_(brief_ids), Job.status.in_(LIVE_STATUSES))
    return set(session.execute(found).scalars())


def refuse_if_full(session: Session, rules: QueueRules, *, priority: int = MANUAL_PRIORITY, more: int = 1) -> None:
    """Raise `QueueFullError` if `more` jobs would exceed the limit; manual jobs and backfills are counted separately.

    Callers wait for one another until the transaction ends, so a hundred simultaneous requests are counted one by one.
    A scheduled run's job, or its retry, takes no room and is never refused.
    """
    if priority < MANUAL_PRIORITY:
        return
    session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": ROOM_LOCK})
    is_backfill = priority >= BACKFILL_PRIORITY
    most = rules.most_backfilled if is_backfill else rules.most_queued
    by_hand = (Job.priority >= MANUAL_PRIORITY) & (Job.priority < BACKFILL_PRIORITY)
    kind = Job.priority >= BACKFILL_PRIORITY if is_backfill else by_hand
    waiting = select(Job.id).where(Job.status == WorkStatus.QUEUED, kind).limit(most).subquery()
    count = session.execute(select(func.count()).select_from(waiting)).scalar_one()
    if count + more <= most:
        return
    if is_backfill:
        raise QueueFullError(
            f"the backfill queue is full: {count} jobs are waiting, and {more} more would exceed the limit of {most}"
            " (BRIEF_BACKFILL_LIMIT); choose fewer dates, or try again when some have finished"
        )
    raise QueueFullError(
        f"the queue is full: {count} of {most} jobs (BRIEF_QUEUE_LIMIT) are waiting; try again when some have finished"
    )


def _live(brief_id: int) -> Select[int, bool, datetime]:
    return select(Job.id, Job.cancel_requested, Job.copied_at).where(
        Job.brief_id == brief_id, Job.status.in_(LIVE_STATUSES)
    )


def _move_up(session: Session, job_id: int, priority: int, requested_by: str) -> None:
    """Raise a job to `priority` and drop its wait for the next attempt; this also applies to a job being processed."""
    waits = Job.run_after > func.now()
    moved = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.status.in_(LIVE_STATUSES))
        .where((Job.priority > priority) | ((Job.priority == priority) & waits))
        .values(priority=priority, run_after=func.least(Job.run_after, func.now()))
        .returning(Job.brief_id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if moved is not None:
        events.record(session, requested_by, "job.moved_up", job_id=job_id, brief_id=moved)
        wakeups.wake_workers(session, JOBS.name)


def _renew(session: Session, job_id: int, brief: Brief, requested_by: str) -> bool:
    """Give a queued job the brief's current text; return False if a worker is already processing it."""
    renewed = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.status == WorkStatus.QUEUED)
        .values(brief_title=brief.title, copied_at=func.clock_timestamp(), completed_items=0, failed_items=0)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if renewed is None:
        return False
    session.execute(delete(ItemNarration).where(ItemNarration.job_id == job_id))
    _copy_items(session, job_id, brief.id)
    events.record(
        session, requested_by, "job.renewed", job_id=job_id, brief_id=brief.id, message="with the current text"
    )
    return True


def _copy_items(session: Session, job_id: int, brief_id: int) -> None:
    """Copy the brief's items into the job in one statement, so that no edit can slip in between."""
    copied = ["job_id", "item_id", "position", "headline", "body", "source_url", "voice", "take"]
    own_voice = select(Voice.name).where(Voice.id == func.coalesce(Item.voice_id, Show.voice_id)).scalar_subquery()
    items = (
        select(
            literal(job_id),
            Item.id,
            func.row_number().over(order_by=Item.position),
            Item.headline,
            Item.body,
            Item.source_url,
            own_voice,
            Item.take,
        )
        .join(Brief, Brief.id == Item.brief_id)
        .join(Show, Show.id == Brief.show_id)
        .where(Item.brief_id == brief_id)
    )
    session.execute(insert(ItemNarration).from_select(copied, items))
    total = select(func.count()).where(ItemNarration.job_id == job_id).scalar_subquery()
    session.execute(update(Job).where(Job.id == job_id).values(total_items=total))
