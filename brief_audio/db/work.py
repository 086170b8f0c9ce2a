"""The engine of leased work: rows claimed with `FOR UPDATE SKIP LOCKED` and held by a lease.

A worker claims in one short transaction and commits. From then on only `lease_until` and the fence (`attempt`) say who
owns the work. No row lock is held while working: it would make a second worker wait and repeat the work, block every
cancel, hide the progress, and leave a killed worker's attempts uncounted. Every later write states its attempt, so a
worker that was away too long changes nothing. All lease arithmetic uses the database's clock.

Each kind of work has its own table with the columns of `Leased`, and a `WorkTable` that says what else its changes do.
Functions take a session and never commit, except for the claim.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from brief_audio.db.connection import wakeups
from brief_audio.db.connection.engine import Database
from brief_audio.db.models.base import Base
from brief_audio.domain.errors import ConflictError, LeaseLostError, NotFoundError, WorkCancelledError
from brief_audio.domain.work import WorkRules, WorkStatus, backoff, short_error
from brief_audio.logs import WorkContext

# A rescue records an event, as a claim does: see `sql/claim.sql`.
UNLESS_PARENT_IS_LOCKED = "FOR KEY SHARE OF {parent} SKIP LOCKED"
CLAIM = """
    SELECT id, parent_id, attempt, charged, priority, show
    FROM claim_{table}(%(worker)s, %(lease)s, %(work_id)s, %(before_priority)s)
"""
FINISH = "SELECT id, cancel_requested, 0 FROM finish_{table}(%(worker)s, %(work_id)s, %(attempt)s)"


class WorkTable:
    """The table of one kind of work, with the name used in logs and errors. `model` has the columns of `Leased`.

    `parent` is the model that the work belongs to through the column `<its table>_id`, as a job belongs to a brief.
    """

    def __init__(self, name: str, model: type[Any], parent: type[Base]) -> None:
        self.name = name
        self.model = model
        self.parent = parent

    @property
    def parent_id(self) -> str:
        """Return the name of the column that refers to the parent."""
        return f"{self.parent.__tablename__}_id"

    def record(self, session: Session, change: "Change") -> None:
        """Record the event of a change; kinds without a history record none."""

    def put_down(self, session: Session, claim: "Claim") -> None:
        """Reset parts that look as if they were in progress when the work leaves its worker."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One worker's attempt at a piece of work; every fenced write must match it."""

    table: WorkTable
    id: int
    parent_id: int
    attempt: int
    charged: int
    worker: str
    priority: int
    show: str = ""  # slug, for the log

    def __str__(self) -> str:
        return f"{self.table.name} {self.id}"

    @property
    def context(self) -> WorkContext:
        """Return the context that the log adds while the work is done."""
        return WorkContext(self.table.name, self.id, self.attempt, self.show)


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to a piece of work; `what` is a word such as `claimed`. A person's change has no `attempt`."""

    actor: str
    what: str
    work_id: int
    parent_id: int
    attempt: int | None = None
    message: str = ""
    detail: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was requested of work in progress: cancelling it, or a higher priority than when it was claimed."""

    is_cancel_requested: bool
    priority: int


def claim_next(
    db: Database,
    table: WorkTable,
    worker: str,
    rules: WorkRules,
    *,
    work_id: int | None = None,
    before_priority: int | None = None,
) -> Claim | None:
    """Claim the most urgent work that is due, in its own transaction; return None if there is none.

    `work_id` asks for that work only, `before_priority` for work more urgent than that. Raise `TryAgainError` if the
    database doesn't answer.
    """
    given = {"worker": worker, "lease": rules.lease, "work_id": work_id, "before_priority": before_priority}
    row = db.ask(CLAIM.format(table=table.model.__tablename__), given)
    if row is None:
        return None
    claimed_id, parent_id, attempt, charged, priority, show = row
    return Claim(table, claimed_id, parent_id, attempt, charged, worker, priority, show or "")


def extend(session: Session, claim: Claim, rules: WorkRules) -> bool:
    """Extend only the lease. If the result is False, the lease is lost: stop and store nothing."""
    return _fenced(session, claim, lease_until=func.now() + rules.lease) is not None


def note_progress(session: Session, claim: Claim, per_cent: int, *, begins: str | None = None) -> Wishes:
    """Raise the progress to `per_cent` (never down, never over 100); return what was requested of the work meanwhile.

    If `begins` is set, record that event. Raise `LeaseLostError` if another worker owns the work.
    """
    progress = func.least(100, func.greatest(claim.table.model.progress, per_cent))
    row = fenced(session, claim, progress=progress)
    if begins is not None and not row.cancel_requested:
        record(session, claim, begins)
    return Wishes(is_cancel_requested=row.cancel_requested, priority=row.priority)


def finish(session: Session, claim: Claim) -> None:
    """Mark the work as `completed`.

    Raise `LeaseLostError` if another worker owns it and `WorkCancelledError` if it was cancelled. In both cases, roll
    back the transaction and publish nothing.
    """
    given = {"worker": claim.worker, "work_id": claim.id, "attempt": claim.attempt}
    statement = FINISH.format(table=claim.table.model.__tablename__)
    if _owned(session.connection().exec_driver_sql(statement, given).one_or_none(), claim).cancel_requested:
        raise WorkCancelledError(f"{claim} was cancelled")


def fail(session: Session, claim: Claim, error: str, *, permanent: bool, rules: WorkRules) -> WorkStatus:
    """End the attempt with `error`: `failed` if it is permanent or no attempts are left, otherwise queued for later.

    Work with a cancel request is cancelled instead.
    """
    if fenced(session, claim, error=short_error(error)).cancel_requested:
        return end_cancelled(session, claim)
    if permanent or claim.charged >= rules.most_attempts:
        _owned(_end(session, claim, WorkStatus.FAILED, error=short_error(error)), claim)
        record(session, claim, "failed", message=error)
        return WorkStatus.FAILED
    wait = backoff(claim.charged, rules, random.SystemRandom())
    _owned(_requeue(session, claim, wait, error=short_error(error)), claim)
    record(session, claim, "requeued", message=error, detail={"wait_seconds": round(wait.total_seconds(), 1)})
    return WorkStatus.QUEUED


def release(session: Session, claim: Claim) -> WorkStatus:
    """Give unfinished work back without charging the attempt; `attempt`, the fence, never goes down."""
    if fenced(session, claim, charged=claim.table.model.charged - 1).cancel_requested:
        return end_cancelled(session, claim)
    _requeue(session, claim, timedelta(0))
    record(session, claim, "released")
    return WorkStatus.QUEUED


def end_cancelled(session: Session, claim: Claim) -> WorkStatus:
    """Mark the work as `cancelled`, as requested while it was in progress."""
    fenced(
        session, claim, error=claim.table.model.error
    )  # lock the row before its parts, in the same order as all writes
    _owned(_end(session, claim, WorkStatus.CANCELLED), claim)
    record(session, claim, "cancelled")
    return WorkStatus.CANCELLED


def cancel(session: Session, table: WorkTable, work_id: int, *, requested_by: str) -> WorkStatus:
    """Cancel queued work immediately; ask the worker of running work to stop.

    Raise `NotFoundError`, or `ConflictError` if the work has ended.
    """
    found = select(table.model).where(table.model.id == work_id).with_for_update(key_share=True)
    row = session.execute(found).scalar_one_or_none()
    if row is None:
        raise NotFoundError(f"there is no {table.name} {work_id}", code=f"no_such_{table.name}")
    if row.status == WorkStatus.QUEUED:
        row.status, row.finished_at = WorkStatus.CANCELLED, func.now()
        what: str | None = "cancelled"
    elif row.status == WorkStatus.PROCESSING:
        what = None if row.cancel_requested else "cancel_requested"
        row.cancel_requested = True
    else:
        raise ConflictError(f"{table.name} {work_id} has already ended: it is {row.status}")
    if what is not None:
        table.record(session, Change(requested_by, what, row.id, getattr(row, table.parent_id)))
    session.flush()
    return WorkStatus(row.status)


def rescue(session: Session, table: WorkTable, rules: WorkRules, *, actor: str) -> list[int]:
    """Take all work with an expired lease from its dead worker; return its IDs.

    Work is queued again immediately after the first deaths, later with backoff, and `failed` once no attempts are left.
    """
    model = table.model
    overdue = (
        select(model)
        .join(table.parent, table.parent.id == getattr(model, table.parent_id))
        .where(model.status == WorkStatus.PROCESSING, model.lease_until < func.now())
        .order_by(model.lease_until)
        .limit(100)
        .with_for_update(of=model, skip_locked=True)
        .with_statement_hint(UNLESS_PARENT_IS_LOCKED.format(parent=table.parent.__tablename__), "postgresql")
    )
    rows = session.execute(overdue).scalars().all()
    for row in rows:
        parent_id = getattr(row, table.parent_id)
        claim = Claim(table, row.id, parent_id, row.attempt, row.charged, actor, row.priority)
        _rescue_one(session, claim, row, rules)
    return [row.id for row in rows]


def fenced(session: Session, claim: Claim, **values: object) -> Row[int, bool, int]:
    """Write `values` to the work's row; raise `LeaseLostError` if another worker owns it."""
    return _owned(_fenced(session, claim, **values), claim)


def is_mine(claim: Claim) -> ColumnElement[bool]:
    """Return the fence: the condition that this attempt still owns the work."""
    model = claim.table.model
    return and_(model.id == claim.id, model.attempt == claim.attempt, model.status == WorkStatus.PROCESSING)


def record(
    session: Session, claim: Claim, what: str, *, message: str = "", detail: Mapping[str, object] | None = None
) -> None:
    """Record an event for what an attempt did."""
    change = Change(claim.worker, what, claim.id, claim.parent_id, claim.attempt, message, detail)
    claim.table.record(session, change)


def _rescue_one(session: Session, claim: Claim, row: Any, rules: WorkRules) -> None:
    detail = {"worker": row.claimed_by}
    if row.cancel_requested:
        end_cancelled(session, claim)
    elif claim.charged >= rules.most_attempts:
        error = f"the worker died {claim.charged} times"
        _end(session, claim, WorkStatus.FAILED, error=error)
        record(session, claim, "failed", message=error, detail=detail)
    else:
        is_free = claim.charged <= rules.free_deaths
        wait = timedelta(0) if is_free else backoff(claim.charged, rules, random.SystemRandom())
        _requeue(session, claim, wait)
        record(
            session, claim, "rescued", message="the lease expired: its worker died or lost the database", detail=detail
        )


def _owned(row: Row[Any, Any, Any] | None, claim: Claim) -> Row[Any, Any, Any]:
    if row is None:
        raise LeaseLostError(f"{claim}: attempt {claim.attempt} no longer owns it")
    return row


def _fenced(session: Session, claim: Claim, **values: object) -> Row[int, bool, int] | None:
    """Write `values` if this attempt still owns the work; return None if it doesn't."""
    model = claim.table.model
    statement = update(model).where(is_mine(claim)).values(values)
    statement = statement.returning(model.id, model.cancel_requested, model.priority)
    return session.execute(statement.execution_options(synchronize_session=False)).one_or_none()


def _end(session: Session, claim: Claim, status: WorkStatus, **values: object) -> Row[int, bool, int] | None:
    claim.table.put_down(session, claim)
    return _fenced(session, claim, status=status, finished_at=func.now(), lease_until=None, **values)


def _requeue(session: Session, claim: Claim, wait: timedelta, **values: object) -> Row[int, bool, int] | None:
    """Queue work again; without a wait it keeps its place in the queue."""
    claim.table.put_down(session, claim)
    if wait:
        values["run_after"] = func.now() + wait
    else:
        wakeups.wake_workers(session, claim.table.name)
    return _fenced(session, claim, status=WorkStatus.QUEUED, lease_until=None, **values)
