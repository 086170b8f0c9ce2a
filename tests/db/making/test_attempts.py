"""An attempt: its lease, its progress, its end, and the fence that keeps late writers out."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from brief_audio.db import work
from brief_audio.db.connection.engine import Database
from brief_audio.db.making import job_lookup, jobs
from brief_audio.db.making.jobs import JOBS
from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.db.models import Event
from brief_audio.db.work import Claim
from brief_audio.domain.errors import ConflictError, LeaseLostError, NotFoundError, WorkCancelledError
from brief_audio.domain.jobs import NarrationState, QueueRules
from brief_audio.domain.work import WorkStatus


def job(database: Database) -> Job:
    with database.transaction() as session:
        return session.execute(select(Job).order_by(Job.id.desc()).limit(1)).scalar_one()


def kinds(database: Database, job_id: int) -> list[str]:
    with database.transaction() as session:
        return [event.kind for event in job_lookup.history(session, job_id)]


def let_lease_end(database: Database) -> None:
    with database.transaction() as session:
        session.execute(
            update(Job).where(Job.lease_until.is_not(None)).values(lease_until=func.now() - timedelta(seconds=1))
        )


def rescue(database: Database) -> list[int]:
    with database.transaction() as session:
        return work.rescue(session, JOBS, QueueRules(), actor="clock")


def claim_again(database: Database) -> Claim:
    with database.transaction() as session:
        session.execute(update(Job).values(run_after=func.now()))
    claimed = work.claim_next(database, JOBS, "worker-2", QueueRules())
    assert claimed is not None
    return claimed


def test_a_heartbeat_extends_the_lease(database: Database, claim: Claim, rules: QueueRules) -> None:
    let_lease_end(database)

    with database.transaction() as session:
        assert work.extend(session, claim, rules)

    assert rescue(database) == []


def test_a_heartbeat_of_an_attempt_that_was_rescued_says_so(
    database: Database, claim: Claim, rules: QueueRules
) -> None:
    let_lease_end(database)
    rescue(database)

    with database.transaction() as session:
        assert not work.extend(session, claim, rules)


def test_progress_never_goes_back_and_never_passes_a_hundred(database: Database, claim: Claim) -> None:
    seen = []
    for per_cent in (10, 40, 30, 250):
        with database.transaction() as session:
            work.note_progress(session, claim, per_cent)
        seen.append(job(database).progress)

    assert seen == [10, 40, 40, 100]


def test_progress_tells_of_a_cancel(database: Database, claim: Claim) -> None:
    with database.transaction() as session:
        assert not work.note_progress(session, claim, 1).is_cancel_requested
        assert work.cancel(session, JOBS, claim.id, requested_by="admin") == WorkStatus.PROCESSING

    with database.transaction() as session:
        assert work.note_progress(session, claim, 2).is_cancel_requested


def test_completed_and_failed_items_are_counted_apart(database: Database, claim: Claim) -> None:
    with database.transaction() as session:
        jobs.record_narration(session, claim, 1, NarrationState.SPOKEN, narration_key="k", duration_ms=900, tries=1)
        jobs.record_narration(session, claim, 2, NarrationState.FAILED, tries=3, error="x" * 900)

    found = job(database)
    assert (found.completed_items, found.failed_items) == (1, 1)
    with database.transaction() as session:
        failed = job_lookup.narrations(session, claim.id)[1]
    assert failed.error == "x" * 499 + "…"


def test_finish_completes_the_job(database: Database, claim: Claim) -> None:
    with database.transaction() as session:
        work.finish(session, claim)

    found = job(database)
    assert (found.status, found.progress, found.lease_until) == (WorkStatus.COMPLETED, 100, None)
    assert kinds(database, claim.id) == ["job.queued", "job.claimed", "job.completed"]


@pytest.mark.parametrize("late_write", ["finish", "progress", "narration", "fail", "release", "cancelled"])
def test_a_write_after_rescue_changes_nothing(
    database: Database, claim: Claim, rules: QueueRules, late_write: str
) -> None:
    let_lease_end(database)
    rescue(database)
    current = claim_again(database)
    writes: dict[str, Callable[..., object]] = {
        "finish": lambda session: work.finish(session, claim),
        "progress": lambda session: work.note_progress(session, claim, 50),
        "narration": lambda session: jobs.record_narration(session, claim, 1, NarrationState.SPOKEN),
        "fail": lambda session: work.fail(session, claim, "late", permanent=True, rules=rules),
        "release": lambda session: work.release(session, claim),
        "cancelled": lambda session: work.end_cancelled(session, claim),
    }

    with pytest.raises(LeaseLostError), database.transaction() as session:
        writes[late_write](session)

    found = job(database)
    assert (found.status, found.attempt, found.progress) == (WorkStatus.PROCESSING, current.attempt, 0)
    assert (found.completed_items, found.charged) == (0, 2)


def test_a_permanent_failure_is_final(database: Database, claim: Claim, rules: QueueRules) -> None:
    with database.transaction() as session:
        status = work.fail(session, claim, "Brief has no items to process", permanent=True, rules=rules)

    found = job(database)
    assert status == found.status == WorkStatus.FAILED
    assert found.error == "Brief has no items to process"


def test_a_passing_failure_waits_before_the_next_attempt(database: Database, claim: Claim, rules: QueueRules) -> None:
    with database.transaction() as session:
        status = work.fail(session, claim, "the store did not answer", permanent=False, rules=rules)
        wait = session.execute(select(Job.run_after - func.now())).scalar_one()

    assert status == WorkStatus.QUEUED
    assert timedelta(seconds=11) < wait < timedelta(seconds=18.1)


def test_the_fifth_charged_failure_is_final(database: Database, claim: Claim, rules: QueueRules) -> None:
    for _ in range(4):
        with database.transaction() as session:
            assert work.fail(session, claim, "again", permanent=False, rules=rules) == WorkStatus.QUEUED
        claim = claim_again(database)

    with database.transaction() as session:
        assert work.fail(session, claim, "again", permanent=False, rules=rules) == WorkStatus.FAILED


def test_release_gives_the_job_back_uncharged_but_keeps_the_fence(database: Database, claim: Claim) -> None:
    with database.transaction() as session:
        assert work.release(session, claim) == WorkStatus.QUEUED

    found = job(database)
    assert (found.attempt, found.charged, found.lease_until) == (1, 0, None)
    assert claim_again(database).attempt == 2


def test_release_of_a_job_to_be_cancelled_cancels_it(database: Database, claim: Claim) -> None:
    with database.transaction() as session:
        work.cancel(session, JOBS, claim.id, requested_by="admin")
        assert work.release(session, claim) == WorkStatus.CANCELLED


def test_a_live_lease_is_not_rescued(database: Database, claim: Claim) -> None:
    assert rescue(database) == []


def test_the_first_two_deaths_are_rescued_at_once_and_the_third_waits(database: Database, claim: Claim) -> None:
    waits = []
    for _ in range(3):
        let_lease_end(database)
        assert rescue(database) == [claim.id]
        with database.transaction() as session:
            waits.append(session.execute(select(Job.run_after - func.now())).scalar_one() > timedelta(seconds=5))
        claim_again(database)

    assert waits == [False, False, True]


def test_five_deaths_fail_the_job(database: Database, claim: Claim) -> None:
    for _ in range(4):
        let_lease_end(database)
        rescue(database)
        claim_again(database)
    let_lease_end(database)
    rescue(database)

    found = job(database)
    assert (found.status, found.error) == (WorkStatus.FAILED, "the worker died 5 times")


def test_a_rescued_job_to_be_cancelled_is_cancelled(database: Database, claim: Claim) -> None:
    with database.transaction() as session:
        work.cancel(session, JOBS, claim.id, requested_by="admin")
    let_lease_end(database)

    rescue(database)

    assert job(database).status == WorkStatus.CANCELLED


def test_a_queued_job_is_cancelled_at_once(database: Database, queued: int) -> None:
    with database.transaction() as session:
        assert work.cancel(session, JOBS, queued, requested_by="admin") == WorkStatus.CANCELLED

    assert job(database).finished_at is not None


def test_a_job_that_has_ended_cannot_be_cancelled(database: Database, claim: Claim) -> None:
    with database.transaction() as session:
        work.finish(session, claim)

    with pytest.raises(ConflictError, match="it is completed"), database.transaction() as session:
        work.cancel(session, JOBS, claim.id, requested_by="admin")


def test_a_job_that_does_not_exist_is_not_found(database: Database) -> None:
    with pytest.raises(NotFoundError, match=r"no job 99"), database.transaction() as session:
        work.cancel(session, JOBS, 99, requested_by="admin")


def test_the_next_attempt_keeps_what_was_spoken_and_begins_the_rest_anew(database: Database, claim: Claim) -> None:
    with database.transaction() as session:
        jobs.record_narration(session, claim, 1, NarrationState.SPOKEN, narration_key="k", duration_ms=900, tries=1)
        jobs.record_narration(session, claim, 2, NarrationState.SPEAKING)
        work.release(session, claim)

    claim_again(database)

    with database.transaction() as session:
        states = [row.state for row in job_lookup.narrations(session, claim.id)]
    assert states == [NarrationState.SPOKEN, NarrationState.PENDING]
    assert job(database).completed_items == 1


def test_a_cancel_that_was_asked_for_beats_the_finish(database: Database, claim: Claim) -> None:
    with database.transaction() as session:
        work.cancel(session, JOBS, claim.id, requested_by="admin")

    with pytest.raises(WorkCancelledError), database.transaction() as session:
        work.finish(session, claim)

    assert job(database).status == WorkStatus.PROCESSING


def test_a_cancel_that_was_asked_for_beats_a_failure(database: Database, claim: Claim, rules: QueueRules) -> None:
    with database.transaction() as session:
        work.cancel(session, JOBS, claim.id, requested_by="admin")
        assert work.fail(session, claim, "store away", permanent=False, rules=rules) == WorkStatus.CANCELLED


@pytest.mark.parametrize("end", ["fail", "release", "cancel", "rescue"])
def test_no_item_looks_spoken_when_nobody_speaks(database: Database, claim: Claim, rules: QueueRules, end: str) -> None:
    with database.transaction() as session:
        jobs.record_narration(session, claim, 1, NarrationState.SPOKEN, narration_key="k", duration_ms=1, tries=1)
        jobs.record_narration(session, claim, 2, NarrationState.SPEAKING)
    let_lease_end(database)
    ends: dict[str, Callable[..., object]] = {
        "fail": lambda session: work.fail(session, claim, "x", permanent=True, rules=rules),
        "release": lambda session: work.release(session, claim),
        "cancel": lambda session: work.end_cancelled(session, claim),
        "rescue": lambda session: work.rescue(session, JOBS, rules, actor="clock"),
    }

    with database.transaction() as session:
        ends[end](session)

    with database.transaction() as session:
        states = [row.state for row in job_lookup.narrations(session, claim.id)]
    assert states == [NarrationState.SPOKEN, NarrationState.PENDING]


def test_a_lease_with_a_second_to_run_is_not_rescued(database: Database, claim: Claim) -> None:
    with database.transaction() as session:
        session.execute(update(Job).values(lease_until=func.now() + timedelta(seconds=1)))
        assert work.rescue(session, JOBS, QueueRules(), actor="clock") == []


def test_a_new_attempt_begins_at_nothing(database: Database, claim: Claim) -> None:
    with database.transaction() as session:
        work.note_progress(session, claim, 60)
        work.release(session, claim)

    claim_again(database)

    assert job(database).progress == 0


def test_two_rescuers_do_not_wait_for_each_other(database: Database, claim: Claim) -> None:
    let_lease_end(database)

    with database.transaction() as first, database.transaction() as second:
        assert work.rescue(first, JOBS, QueueRules(), actor="one") == [claim.id]
        assert work.rescue(second, JOBS, QueueRules(), actor="two") == []


def test_asking_twice_for_the_end_of_a_job_is_told_once(database: Database, claim: Claim) -> None:
    """Red without the first `if` of a processing job in `brief_audio/db/making/jobs.py:cancel`."""
    for _ in range(3):
        with database.transaction() as session:
            work.cancel(session, JOBS, claim.id, requested_by="somebody")

    with database.transaction() as session:
        told = session.execute(select(Event.actor).where(Event.kind == "job.cancel_requested")).scalars().all()
    assert told == ["somebody"]
