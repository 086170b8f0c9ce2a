"""THE QUEUE. Rows of `audio_generation_job`, claimed with `FOR UPDATE SKIP LOCKED` and held by a lease.

A worker claims in one short transaction and commits; from then on only `lease_until` and the fence
(`attempt`) say whose job it is. No row lock is held while a job is worked on: a lock held while speaking
would make a second worker wait and speak again, hang every cancel, hide the progress, and count no attempts
of a worker that was killed. Every later write names the attempt it belongs to, so a worker that was away too
long changes nothing. All lease arithmetic uses the database's clock.

How jobs come in stands in `enqueueing`. Functions take a session and never commit, but for the claim; each writes its
event in the same transaction.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from brief_audio.db import events, wakeups
from brief_audio.db.engine import Database
from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.db.models import Brief, ItemNarration
from brief_audio.domain.errors import ConflictError, JobCancelledError, LeaseLostError, NotFoundError
from brief_audio.domain.jobs import MANUAL_PRIORITY, JobStatus, NarrationState, QueueRules, backoff, short_error

# Every event names its brief, and its foreign key waits for whoever holds that row FOR UPDATE: a claim or a rescue that
# began there would keep all the other jobs waiting behind it, so such a job is passed over like a locked one.
UNLESS_BRIEF_IS_LOCKED = "FOR KEY SHARE OF brief SKIP LOCKED"

# The two that every job meets are functions of the database with their events in them, planned once:
# `migrations/versions/0008_claim_and_finish.py`. Built here and sent in several they took five times as long.
CLAIM = """
    SELECT id, brief_id, attempt, charged, priority
    FROM claim_job(%(worker)s, %(lease)s, %(job_id)s, %(before_priority)s)
"""
FINISH = "SELECT id, cancel_requested FROM finish_job(%(worker)s, %(job_id)s, %(attempt)s)"


HELD = (Job.id, Job.cancel_requested, Job.priority)  # what every fenced write brings back


@dataclass(frozen=True, slots=True)
class Claim:
    """One attempt at a job, held by one worker: what every fenced write must match."""

    job_id: int
    brief_id: int
    attempt: int
    charged: int
    worker: str
    priority: int = MANUAL_PRIORITY


@dataclass(frozen=True, slots=True)
class Wanted:
    """What others want of a job in hand: its end, or that it be more urgent than when it was claimed."""

    is_cancel_requested: bool
    priority: int


def claim_next(
    db: Database, worker: str, rules: QueueRules, *, job_id: int | None = None, before_priority: int | None = None
) -> Claim | None:
    """Claim the next job that is due, in a transaction of its own; None where there is none to have.

    What earlier attempts have spoken is kept; the other items are put back to where they began. `job_id` asks for that
    one only, `before_priority` for those that are more urgent than it. Raise `TryAgainError` where the database does
    not answer.
    """
    given = {"worker": worker, "lease": rules.lease, "job_id": job_id, "before_priority": before_priority}
    row = db.ask(CLAIM, given)
    if row is None:
        return None
    claimed_id, brief_id, attempt, charged, priority = row
    return Claim(claimed_id, brief_id, attempt, charged, worker, priority)


def heartbeat(session: Session, claim: Claim, rules: QueueRules) -> bool:
    """Extend the lease, nothing else; False means that it is lost: stop, store nothing."""
    return _fenced(session, claim, lease_until=func.now() + rules.lease) is not None


def note_progress(session: Session, claim: Claim, per_cent: int, *, begins: str | None = None) -> Wanted:
    """Raise the progress to `per_cent` (never down, never over 100); return what is wanted of the job meanwhile.

    `begins` is the event of what begins now, where that is another part of the work. Raise `LeaseLostError` where the
    job belongs to somebody else now.
    """
    row = _held(_fenced(session, claim, progress=func.least(100, func.greatest(Job.progress, per_cent))), claim)
    if begins is not None and not row.cancel_requested:
        _record(session, claim, begins)
    return Wanted(is_cancel_requested=row.cancel_requested, priority=row.priority)


def record_narration(
    session: Session,
    claim: Claim,
    position: int,
    state: NarrationState,
    *,
    narration_key: str | None = None,
    duration_ms: int | None = None,
    tries: int = 0,
    error: str | None = None,
) -> None:
    """Record one item's state and count the job's completed and failed items anew.

    Raise `LeaseLostError` where the job belongs to somebody else now.
    """
    _held(_fenced(session, claim, error=Job.error), claim)
    session.execute(
        update(ItemNarration)
        .where(ItemNarration.job_id == claim.job_id, ItemNarration.position == position)
        .values(
            state=state,
            narration_key=narration_key,
            duration_ms=duration_ms,
            tries=tries,
            error=short_error(error) if error else None,
        )
    )
    _count_items(session, claim.job_id)
    if state is NarrationState.FAILED:
        _record(session, claim, "item.failed", message=error or "", detail={"position": position})


def finish(session: Session, claim: Claim) -> None:
    """Make the job `completed`.

    Raise `LeaseLostError` where somebody else owns it now and `JobCancelledError` where its end was asked for: what
    the transaction has done so far must be rolled back then, and nothing published.
    """
    given = {"worker": claim.worker, "job_id": claim.job_id, "attempt": claim.attempt}
    if _held(session.connection().exec_driver_sql(FINISH, given).one_or_none(), claim).cancel_requested:
        raise JobCancelledError(f"job {claim.job_id} was cancelled")


def fail(session: Session, claim: Claim, error: str, *, permanent: bool, rules: QueueRules) -> JobStatus:
    """End the attempt with `error`: `failed` where it is permanent or attempts are spent, else queued for later.

    A job whose cancel was asked for is cancelled instead.
    """
    if _held(_fenced(session, claim, error=short_error(error)), claim).cancel_requested:
        return end_cancelled(session, claim)
    if permanent or claim.charged >= rules.most_attempts:
        _held(_end(session, claim, JobStatus.FAILED, error=short_error(error)), claim)
        _record(session, claim, "job.failed", message=error)
        return JobStatus.FAILED
    wait = backoff(claim.charged, rules, random.SystemRandom())
    _held(_requeue(session, claim, wait, error=short_error(error)), claim)
    _record(session, claim, "job.requeued", message=error, detail={"wait_seconds": round(wait.total_seconds(), 1)})
    return JobStatus.QUEUED


def release(session: Session, claim: Claim) -> JobStatus:
    """Give an unfinished job back without charging the attempt; `attempt`, the fence, never goes down."""
    row = _held(_fenced(session, claim, charged=Job.charged - 1), claim)
    if row.cancel_requested:
        return end_cancelled(session, claim)
    _requeue(session, claim, timedelta(0))
    _record(session, claim, "job.released")
    return JobStatus.QUEUED


def end_cancelled(session: Session, claim: Claim) -> JobStatus:
    """Make the job `cancelled`, as somebody asked while it was worked on."""
    _held(_fenced(session, claim, error=Job.error), claim)  # the job before its items, in the order of everybody else
    _held(_end(session, claim, JobStatus.CANCELLED), claim)
    _record(session, claim, "job.cancelled")
    return JobStatus.CANCELLED


def cancel(session: Session, job_id: int, *, requested_by: str) -> JobStatus:
    """Cancel a queued job at once; ask the worker of a processing one to stop.

    Raise `NotFoundError` or, for a job that has ended, `ConflictError`.
    """
    job = session.execute(select(Job).where(Job.id == job_id).with_for_update(key_share=True)).scalar_one_or_none()
    if job is None:
        raise NotFoundError(f"there is no job {job_id}; `manage.py jobs list` shows those there are")
    if job.status == JobStatus.QUEUED:
        job.status, job.finished_at = JobStatus.CANCELLED, func.now()
        events.record(session, requested_by, "job.cancelled", job_id=job.id, brief_id=job.brief_id)
    elif job.status == JobStatus.PROCESSING:
        if not job.cancel_requested:
            events.record(session, requested_by, "job.cancel_requested", job_id=job.id, brief_id=job.brief_id)
        job.cancel_requested = True
    else:
        raise ConflictError(f"job {job_id} has ended already: it is {job.status}")
    session.flush()
    return JobStatus(job.status)


def rescue(session: Session, rules: QueueRules, *, actor: str) -> list[int]:
    """Take every job whose lease is over from its dead worker; return their numbers.

    Queued again at once after the first deaths, then with backoff; `failed` once the attempts are spent.
    """
    overdue = (
        select(Job)
        .join(Brief)
        .where(Job.status == JobStatus.PROCESSING, Job.lease_until < func.now())
        .order_by(Job.lease_until)
        .limit(100)
        .with_for_update(of=Job, skip_locked=True)
        .with_statement_hint(UNLESS_BRIEF_IS_LOCKED, "postgresql")
    )
    jobs = session.execute(overdue).scalars().all()
    for job in jobs:
        _rescue_one(session, Claim(job.id, job.brief_id, job.attempt, job.charged, actor), job, rules)
    return [job.id for job in jobs]


def _rescue_one(session: Session, claim: Claim, job: Job, rules: QueueRules) -> None:
    detail = {"worker": job.claimed_by}
    if job.cancel_requested:
        end_cancelled(session, claim)
    elif claim.charged >= rules.most_attempts:
        error = f"the worker died {claim.charged} times"
        _end(session, claim, JobStatus.FAILED, error=error)
        _record(session, claim, "job.failed", message=error, detail=detail)
    else:
        is_free = claim.charged <= rules.free_deaths
        wait = timedelta(0) if is_free else backoff(claim.charged, rules, random.SystemRandom())
        _requeue(session, claim, wait)
        _record(session, claim, "job.rescued", message="the lease ended: its worker died or was cut off", detail=detail)


def _held(row: Row[int, bool, int] | None, claim: Claim) -> Row[int, bool, int]:
    if row is None:
        raise LeaseLostError(f"job {claim.job_id}: attempt {claim.attempt} no longer owns it")
    return row


def _is_mine(claim: Claim) -> ColumnElement[bool]:
    return and_(Job.id == claim.job_id, Job.attempt == claim.attempt, Job.status == JobStatus.PROCESSING)


def _fenced(session: Session, claim: Claim, **values: object) -> Row[int, bool, int] | None:
    """Write `values` if the job is still this attempt's; None where it is not."""
    statement = update(Job).where(_is_mine(claim)).values(values).returning(*HELD)
    return session.execute(statement.execution_options(synchronize_session=False)).one_or_none()


def _end(session: Session, claim: Claim, status: JobStatus, **values: object) -> Row[int, bool, int] | None:
    _stop_speaking(session, claim)
    return _fenced(session, claim, status=status, finished_at=func.now(), lease_until=None, **values)


def _requeue(session: Session, claim: Claim, wait: timedelta, **values: object) -> Row[int, bool, int] | None:
    """Queue a job again; one that need not wait keeps its place among its equals."""
    _stop_speaking(session, claim)
    if wait:
        values["run_after"] = func.now() + wait
    else:
        wakeups.tell(session)
    return _fenced(session, claim, status=JobStatus.QUEUED, lease_until=None, **values)


def _stop_speaking(session: Session, claim: Claim) -> None:
    """Put the items in hand back: nothing may look as if it were spoken when nobody speaks."""
    mine = select(Job.id).where(_is_mine(claim)).scalar_subquery()
    session.execute(
        update(ItemNarration)
        .where(ItemNarration.job_id == mine, ItemNarration.state == NarrationState.SPEAKING)
        .values(state=NarrationState.PENDING)
        .execution_options(synchronize_session=False)
    )


def _count_items(session: Session, job_id: int) -> None:
    def count(*states: NarrationState) -> ColumnElement[int]:
        counted = select(func.count()).where(ItemNarration.job_id == job_id, ItemNarration.state.in_(states))
        return counted.scalar_subquery()

    session.execute(
        update(Job)
        .where(Job.id == job_id)
        .values(
            completed_items=count(NarrationState.SPOKEN, NarrationState.REUSED),
            failed_items=count(NarrationState.FAILED),
        )
        .execution_options(synchronize_session=False)
    )


def _record(
    session: Session, claim: Claim, kind: str, *, message: str = "", detail: Mapping[str, object] | None = None
) -> None:
    events.record(
        session,
        claim.worker,
        kind,
        job_id=claim.job_id,
        brief_id=claim.brief_id,
        attempt=claim.attempt,
        message=message,
        detail=dict(detail or {}),
    )
