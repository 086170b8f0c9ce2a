"""Jobs as leased work: what a change does besides updating the row. `enqueueing` decides how jobs are created."""

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from brief_audio.db import events, work
from brief_audio.db.models import AudioGenerationJob, Brief, ItemNarration
from brief_audio.db.work import Change, Claim, WorkTable
from brief_audio.domain.jobs import NarrationState
from brief_audio.domain.work import short_error


class JobTable(WorkTable):
    """Record an event for every change of a job, and leave no item in state `speaking` when work on it stops."""

    def record(self, session: Session, change: Change) -> None:
        """Add an event such as `job.claimed` to the job's history."""
        events.record(
            session,
            change.actor,
            f"{self.name}.{change.what}",
            job_id=change.work_id,
            brief_id=change.parent_id,
            attempt=change.attempt,
            message=change.message,
            detail=dict(change.detail or {}),
        )

    def put_down(self, session: Session, claim: Claim) -> None:
        """Set the items being narrated back to `pending`."""
        mine = select(AudioGenerationJob.id).where(work.is_mine(claim)).scalar_subquery()
        session.execute(
            update(ItemNarration)
            .where(ItemNarration.job_id == mine, ItemNarration.state == NarrationState.SPEAKING)
            .values(state=NarrationState.PENDING)
            .execution_options(synchronize_session=False)
        )


JOBS = JobTable("job", AudioGenerationJob, parent=Brief)


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
    """Record one item's state and recount the job's completed and failed items.

    Raise `LeaseLostError` if another worker owns the job.
    """
    work.fenced(session, claim, error=AudioGenerationJob.error)
    session.execute(
        update(ItemNarration)
        .where(ItemNarration.job_id == claim.id, ItemNarration.position == position)
        .values(
            state=state,
            narration_key=narration_key,
            duration_ms=duration_ms,
            tries=tries,
            error=short_error(error) if error else None,
        )
    )
    _count_items(session, claim.id)
    if state is NarrationState.FAILED:
        events.record(
            session,
            claim.worker,
            "item.failed",
            job_id=claim.id,
            brief_id=claim.parent_id,
            attempt=claim.attempt,
            message=error or "",
            detail={"position": position},
        )


def _count_items(session: Session, job_id: int) -> None:
    def count(*states: NarrationState) -> ColumnElement[int]:
        counted = select(func.count()).where(ItemNarration.job_id == job_id, ItemNarration.state.in_(states))
        return counted.scalar_subquery()

    session.execute(
        update(AudioGenerationJob)
        .where(AudioGenerationJob.id == job_id)
        .values(
            completed_items=count(NarrationState.SPOKEN, NarrationState.REUSED),
            failed_items=count(NarrationState.FAILED),
        )
        .execution_options(synchronize_session=False)
    )
