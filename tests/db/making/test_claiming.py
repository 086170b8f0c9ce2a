"""Claiming: one worker has a job, and nobody waits for a lock."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update

from brief_audio.db import work
from brief_audio.db.connection.engine import Database
from brief_audio.db.making import enqueueing
from brief_audio.db.making.jobs import JOBS
from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.db.models import Brief
from brief_audio.db.work import Claim
from brief_audio.domain.jobs import MANUAL_PRIORITY, QueueRules
from brief_audio.domain.work import WorkStatus


def claim_one(database: Database, worker: str = "w", job_id: int | None = None) -> Claim | None:
    return work.claim_next(database, JOBS, worker, QueueRules(), work_id=job_id)


def row(database: Database, job_id: int) -> Job:
    with database.transaction() as session:
        return session.execute(select(Job).where(Job.id == job_id)).scalar_one()


def test_a_claim_takes_the_next_job_and_starts_its_lease(database: Database, brief: Brief, queued: int) -> None:
    claimed = claim_one(database, "worker-7")

    assert claimed == Claim(JOBS, queued, brief.id, 1, 1, "worker-7", MANUAL_PRIORITY, show="dawn")
    job = row(database, queued)
    assert (job.status, job.claimed_by, job.progress) == (WorkStatus.PROCESSING, "worker-7", 0)
    assert job.lease_until is not None
    assert job.claimed_at is not None
    assert job.lease_until - job.claimed_at == timedelta(seconds=60)


def test_an_empty_queue_gives_nothing(database: Database) -> None:
    assert claim_one(database) is None


def test_a_claimed_job_is_not_claimed_again(database: Database, claim: Claim) -> None:
    assert claim_one(database) is None


def test_a_job_whose_time_has_not_come_is_left_alone(database: Database, queued: int) -> None:
    with database.transaction() as session:
        session.execute(update(Job).values(run_after=func.now() + timedelta(hours=1)))

    assert claim_one(database) is None
    assert claim_one(database, job_id=queued) is None


def test_the_smaller_priority_goes_first(database: Database, make_brief: Callable[..., Brief]) -> None:
    with database.transaction() as session:
        late = enqueueing.enqueue(session, make_brief(), requested_by="backfill", priority=200).job_id
        soon = enqueueing.enqueue(session, make_brief(), requested_by="night", priority=10).job_id

    claims = [claim_one(database), claim_one(database)]

    assert [claimed.id for claimed in claims if claimed] == [soon, late]


def test_a_certain_job_can_be_claimed_out_of_turn(database: Database, make_brief: Callable[..., Brief]) -> None:
    with database.transaction() as session:
        enqueueing.enqueue(session, make_brief(), requested_by="test")
        wanted = enqueueing.enqueue(session, make_brief(), requested_by="test").job_id

    claimed = claim_one(database, job_id=wanted)

    assert claimed is not None
    assert claimed.id == wanted


def test_a_row_that_somebody_has_locked_is_skipped_without_waiting(
    database: Database, make_brief: Callable[..., Brief]
) -> None:
    with database.transaction() as session:
        held = enqueueing.enqueue(session, make_brief(), requested_by="test").job_id
        free = enqueueing.enqueue(session, make_brief(), requested_by="test").job_id

    with database.transaction() as holder:
        holder.execute(select(Job).where(Job.id == held).with_for_update())
        claimed = claim_one(database)

    assert claimed is not None
    assert claimed.id == free


def test_eight_workers_claim_forty_jobs_once_each(database: Database, make_brief: Callable[..., Brief]) -> None:
    with database.transaction() as session:
        made = {enqueueing.enqueue(session, make_brief(1), requested_by="test").job_id for _ in range(40)}

    def drain(worker: int) -> list[int]:
        taken = []
        while claimed := claim_one(database, f"worker-{worker}"):
            taken.append(claimed.id)
        return taken

    with ThreadPoolExecutor(8) as pool:
        claims = Counter(job_id for taken in pool.map(drain, range(8)) for job_id in taken)

    assert claims == Counter(made)


def test_the_claim_commits_so_that_no_lock_is_held_while_working(database: Database, claim: Claim) -> None:
    with database.transaction() as session:
        locked = session.execute(select(Job.id).with_for_update(nowait=True)).scalars().all()
        idle = session.execute(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND pid <> pg_backend_pid()"
            )
        ).scalar()

    assert list(locked) == [claim.id]
    assert idle == 0


@pytest.mark.parametrize("comes_back", ["released", "rescued"])
def test_a_job_that_comes_back_at_once_keeps_its_place(
    database: Database, make_brief: Callable[..., Brief], rules: QueueRules, comes_back: str
) -> None:
    """Red with `run_after=func.now()` in `brief_audio/db/making/jobs.py:_requeue`: a deploy would put it behind its
    equals."""
    with database.transaction() as session:
        first = enqueueing.enqueue(session, make_brief(), requested_by="test").job_id
    with database.transaction() as session:
        enqueueing.enqueue(session, make_brief(), requested_by="test")
    claim = work.claim_next(database, JOBS, "worker-1", rules)
    assert claim is not None

    with database.transaction() as session:
        if comes_back == "released":
            work.release(session, claim)
        else:
            over = update(Job).where(Job.id == first).values(lease_until=func.now() - timedelta(seconds=1))
            session.execute(over)
            assert work.rescue(session, JOBS, rules, actor="clock") == [first]
    again = work.claim_next(database, JOBS, "worker-2", rules)

    assert again is not None
    assert claim.id == again.id == first
