"""Into the queue: one live job for each brief, room for it, and the word to the workers that it is there.

Functions take a session and never commit; each writes its event in the same transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, func, insert, literal, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.orm import Session

from brief_audio.db import events, wakeups
from brief_audio.db.jobs import JOBS
from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.db.models import Brief, Item, ItemNarration, Show, Voice
from brief_audio.db.models.work import LIVE
from brief_audio.domain.errors import QueueFullError, StillCancellingError
from brief_audio.domain.jobs import BACKFILL_PRIORITY, MANUAL_PRIORITY, QueueRules
from brief_audio.domain.work import LIVE_STATUSES, WorkStatus

ROOM_LOCK = 7_205_001  # of PostgreSQL's advisory locks: who holds it counts the queue


@dataclass(frozen=True, slots=True)
class Enqueued:
    """The live job of a brief: whether this request made it or found it, and found it with an older text in hand."""

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
    """Return the brief's live job, making one with a copy of the brief's text where there is none.

    The brief is locked. A live one that no worker has in hand gets the text of now. It moves up to this request's
    `priority`: a night that joins a job of a backfill must not wait with it, nor once its worker has died or given it
    back. A loop, because the live job that stood in the way may end before it can
    be read. Raise `StillCancellingError` where the live one was asked to stop: it will publish nothing, so nobody
    may join it.
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
            wakeups.tell(session, JOBS.name)
            return Enqueued(made, is_new=True)
        found = session.execute(_live(brief.id)).one_or_none()
        if found is not None:
            refuse_to_join_cancelled(found.id, is_cancel_requested=found.cancel_requested)
            _move_up(session, found.id, priority, requested_by)
            is_older = found.copied_at < brief.updated_at
            is_outdated = is_older and not _renew(session, found.id, brief, requested_by)
            return Enqueued(found.id, is_new=False, is_outdated=is_outdated)


def live_job_id(session: Session, brief_id: int) -> int | None:
    """Return the number of the brief's queued or processing job."""
    return session.execute(_live(brief_id)).scalar()


def refuse_to_join_cancelled(job_id: int, *, is_cancel_requested: bool) -> None:
    """Raise `StillCancellingError` where a live job was asked to stop."""
    if is_cancel_requested:
        raise StillCancellingError(f"job {job_id} is being cancelled; ask again in a moment")


def briefs_with_live_job(session: Session, brief_ids: Sequence[int]) -> set[int]:
    """Return which of those briefs have a queued or processing job."""
    found = select(Job.brief_id).where(Job.brief_id.in_(brief_ids), Job.status.in_(LIVE_STATUSES))
    return set(session.execute(found).scalars())


def refuse_if_full(session: Session, rules: QueueRules, *, priority: int = MANUAL_PRIORITY, more: int = 1) -> None:
    """Raise `QueueFullError` where `more` jobs would be too many; what is asked for by hand and backfill count apart.

    Who asks is alone until the transaction ends, so that a hundred requests at once are counted one by one. A night's
    job takes no room and is never refused, nor is its retry.
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
            f"the queue is full for backfills: {count} jobs are waiting, {more} more would be over the {most} that may"
            " (BRIEF_BACKFILL_LIMIT); take fewer dates, or try again when some are done"
        )
    raise QueueFullError(
        f"the queue is full: {count} of {most} jobs (BRIEF_QUEUE_LIMIT) are waiting; try again when some are done"
    )


def _live(brief_id: int) -> Select[int, bool, datetime]:
    return select(Job.id, Job.cancel_requested, Job.copied_at).where(
        Job.brief_id == brief_id, Job.status.in_(LIVE_STATUSES)
    )


def _move_up(session: Session, job_id: int, priority: int, requested_by: str) -> None:
    """Let a job wait behind `priority` no longer, nor for its next attempt; one in a worker's hands neither."""
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
        wakeups.tell(session, JOBS.name)


def _renew(session: Session, job_id: int, brief: Brief, requested_by: str) -> bool:
    """Give a queued job its brief's text of now; return False where a worker has it in hand, with the text before."""
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
        session, requested_by, "job.renewed", job_id=job_id, brief_id=brief.id, message="with the text of now"
    )
    return True


def _copy_items(session: Session, job_id: int, brief_id: int) -> None:
    """Copy the brief's items into the job in one statement, so that no edit can fall between two of them."""
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
