"""Several workers at one queue, doing anything in any order; some with claims that are long lost."""

from collections.abc import Callable

import hypothesis.strategies as st
from hypothesis.stateful import initialize, precondition, rule
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brief_audio.db import jobs
from brief_audio.db.jobs import Claim
from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.domain.errors import BriefAudioError, JobCancelledError, LeaseLostError
from brief_audio.domain.jobs import BACKFILL_PRIORITY, MANUAL_PRIORITY, JobStatus, NarrationState
from tests.db.queue_askers import RULES, QueueAskers, a_job, has
from tests.db.queue_model import ModelJob

WORKERS = st.sampled_from(["ann", "bob", "cyd"])
ERRORS = st.sampled_from(["the store did not answer", "x" * 501, "a\0b", "\ud800" * 600, "…" * 500])
OUTCOMES = st.sampled_from(
    [
        NarrationState.SPEAKING,
        NarrationState.SPOKEN,
        NarrationState.REUSED,
        NarrationState.FAILED,
    ]
)


def _some_claim(machine: "QueueMachine") -> st.SearchStrategy[Claim]:
    """Draw one that holds its job as often as any."""
    current = [claim for claim in machine.claims if machine.model.owner(claim)]
    anyone = st.sampled_from(machine.claims[::-1])
    return st.one_of(st.sampled_from(current[::-1]), anyone) if current else anyone


A_CLAIM = st.runner().flatmap(_some_claim)


def has_claims(machine: "QueueMachine") -> bool:
    return bool(machine.claims)


class QueueMachine(QueueAskers):
    """Workers; one or the other writes with a claim that somebody else has by now, or that it has ended itself."""

    @initialize()
    def begin(self) -> None:
        super().begin()
        for worker in ("ann", "bob"):
            self.claim(worker, None)

    @precondition(has(JobStatus.QUEUED))
    @rule(worker=WORKERS, before=st.sampled_from([None, BACKFILL_PRIORITY, MANUAL_PRIORITY]))
    def claim(self, worker: str, before: int | None) -> None:
        with self.db.transaction() as session:
            waiting = session.execute(
                select(Job.priority, Job.run_after, Job.id).where(Job.status == "queued", Job.run_after <= func.now())
            )
            due = sorted(tuple(row) for row in waiting if before is None or row.priority < before)
        claim = jobs.claim_next(self.db, worker, RULES, before_priority=before)
        assert (claim and claim.job_id) == (due[0][2] if due else None)
        self.claimed(claim, worker)

    @precondition(has(JobStatus.QUEUED))
    @rule(worker=WORKERS, job_id=a_job(JobStatus.QUEUED, or_any=True))
    def claim_that_one(self, worker: str, job_id: int) -> None:
        with self.db.transaction() as session:
            due = select(Job.id).where(Job.id == job_id, Job.status == "queued", Job.run_after <= func.now())
            expected = session.execute(due).scalar()
        claim = jobs.claim_next(self.db, worker, RULES, job_id=job_id)
        assert (claim and claim.job_id) == expected
        self.claimed(claim, worker)

    def claimed(self, claim: Claim | None, worker: str) -> None:
        if claim is None:
            return
        job = self.model.jobs[claim.job_id]
        assert job.status is JobStatus.QUEUED
        job.claimed()
        assert claim == Claim(job.id, job.brief_id, job.attempt, job.charged, worker, job.priority)
        self.claims.append(claim)

    @precondition(has_claims)
    @rule(worker=WORKERS, claim=A_CLAIM)
    def somebody_takes_over(self, worker: str, claim: Claim) -> None:
        """The worker of `claim` sleeps for so long that another has its job when it wakes up and writes on."""
        self.is_in_the_middle(claim)
        self.lease_ends(claim.job_id)
        self.rescue()
        self.wait_is_over(claim.job_id, 0)
        self.claim_that_one(worker, claim.job_id)
        if self.model.owner(claim) is None:
            self.heartbeat(claim)
            self.note_progress(claim, 50)
            self.record_narrations(claim, [NarrationState.SPOKEN], "late")
            self.finish(claim)
            self.fail(claim, "late", permanent=True)
            self.release(claim)
            self.stop_as_asked(claim)

    @precondition(has_claims)
    @rule(claim=A_CLAIM, end=st.sampled_from(["finish", "fail", "release", "die"]))
    def somebody_cancels(self, claim: Claim, end: str) -> None:
        """The worker of `claim` hears of it only when it ends its attempt."""
        self.is_in_the_middle(claim)
        self.cancel(claim.job_id)
        match end:
            case "finish":
                self.finish(claim)
            case "fail":
                self.fail(claim, "too late", permanent=True)
            case "release":
                self.release(claim)
            case "die":
                self.lease_ends(claim.job_id)
                self.rescue()

    def is_in_the_middle(self, claim: Claim) -> None:
        self.note_progress(claim, 40)
        self.note_progress(claim, 30)
        self.record_narrations(claim, [NarrationState.SPEAKING], "")

    def write(self, claim: Claim, change: Callable[[Session], object]) -> tuple[ModelJob | None, object]:
        """Do a fenced change; return its job, or None where the claim is lost: then it must have been refused."""
        got = self.do(change)
        owned = self.model.owner(claim)
        assert (owned is None) == isinstance(got, LeaseLostError), f"{got!r} with {claim}"
        return owned, got

    @precondition(has_claims)
    @rule(claim=A_CLAIM)
    def heartbeat(self, claim: Claim) -> None:
        owned = self.model.owner(claim)
        assert self.do(lambda session: jobs.heartbeat(session, claim, RULES)) == (owned is not None)
        if owned is not None:
            owned.is_overdue = False

    @precondition(has_claims)
    @rule(claim=A_CLAIM, per_cent=st.sampled_from([0, 1, 40, 95, 100, 250]))
    def note_progress(self, claim: Claim, per_cent: int) -> None:
        owned, wanted = self.write(claim, lambda session: jobs.note_progress(session, claim, per_cent))
        if owned is not None:
            assert wanted is not None
            assert wanted.is_cancel_requested == owned.is_cancel_requested
            owned.progress = min(100, max(owned.progress, per_cent))

    @precondition(has_claims)
    @rule(claim=A_CLAIM, states=st.lists(OUTCOMES, min_size=1, max_size=3), error=ERRORS)
    def record_narrations(self, claim: Claim, states: list[NarrationState], error: str) -> None:
        def record(session: Session) -> None:
            for position, state in enumerate(states, start=1):
                jobs.record_narration(session, claim, position, state, tries=1, error=error)

        owned, _ = self.write(claim, record)
        if owned is not None:
            owned.states[: len(states)] = states[: len(owned.states)]

    @precondition(has_claims)
    @rule(claim=A_CLAIM)
    def finish(self, claim: Claim) -> None:
        got = self.do(lambda session: jobs.finish(session, claim))
        owned = self.model.owner(claim)
        if owned is None:
            assert isinstance(got, LeaseLostError)
        elif owned.is_cancel_requested:
            assert isinstance(got, JobCancelledError)
            assert self.do(lambda session: jobs.end_cancelled(session, claim)) == JobStatus.CANCELLED
            owned.left(JobStatus.CANCELLED)
        else:
            assert got is None
            owned.left(JobStatus.COMPLETED)
            owned.progress = 100

    @precondition(has_claims)
    @rule(claim=A_CLAIM, error=ERRORS, permanent=st.booleans())
    def fail(self, claim: Claim, error: str, permanent: bool) -> None:
        owned, got = self.write(
            claim, lambda session: jobs.fail(session, claim, error, permanent=permanent, rules=RULES)
        )
        if owned is not None:
            self.model.failed(owned, permanent=permanent)
            assert got == owned.status

    @precondition(has_claims)
    @rule(claim=A_CLAIM)
    def release(self, claim: Claim) -> None:
        owned, got = self.write(claim, lambda session: jobs.release(session, claim))
        if owned is not None:
            owned.charged -= 1
            owned.left(JobStatus.QUEUED)
            assert got == owned.status

    @precondition(has_claims)
    @rule(claim=A_CLAIM)
    def stop_as_asked(self, claim: Claim) -> None:
        owned, _ = self.write(claim, lambda session: jobs.end_cancelled(session, claim))
        if owned is not None:
            owned.left(JobStatus.CANCELLED)

    @precondition(has_claims)
    @rule(claim=A_CLAIM)
    def die_while_finishing(self, claim: Claim) -> None:
        """A finish whose transaction does not commit has changed nothing."""

        def finish_and_die(session: Session) -> None:
            jobs.finish(session, claim)
            raise BriefAudioError("the line broke")

        assert isinstance(self.do(finish_and_die), BriefAudioError)
