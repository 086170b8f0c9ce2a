"""People, nights and backfills that ask, and the clock: what comes to the queue from outside, in any order."""

from collections.abc import Callable
from datetime import timedelta

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import delete, func, update
from sqlalchemy.orm import Session

from brief_audio.db import enqueueing, jobs
from brief_audio.db.engine import Database
from brief_audio.db.jobs import Claim
from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.db.models import Brief, Event
from brief_audio.domain.clock import utc_now
from brief_audio.domain.errors import (
    BriefAudioError,
    ConflictError,
    QueueFullError,
    StillCancellingError,
)
from brief_audio.domain.jobs import (
    BACKFILL_PRIORITY,
    MANUAL_PRIORITY,
    NIGHT_PRIORITY,
    JobStatus,
    NarrationState,
    QueueRules,
)
from brief_audio.services import jobs as job_service
from tests.db import queue_history
from tests.db.queue_model import ModelJob, QueueModel
from tests.e2e.generation.thread_speech import FaultyEngine, ThreadSpeech

ITEMS = (0, 1, 3)  # of the briefs
# Small numbers, so that a few steps reach every limit.
RULES = QueueRules(most_attempts=2, free_deaths=1, most_queued=2, most_backfilled=1)
PRIORITIES = st.sampled_from([NIGHT_PRIORITY, MANUAL_PRIORITY, BACKFILL_PRIORITY])


def a_job(*statuses: JobStatus, or_any: bool = False) -> st.SearchStrategy[int]:
    """Draw the number of a job that stands so, the newest first; half the time of any, where that will do, too."""

    def draw(machine: "QueueAskers") -> st.SearchStrategy[int]:
        wanted = machine.numbers(*statuses)
        if not or_any:
            return st.sampled_from(wanted)
        anyone = st.sampled_from(machine.numbers())
        return st.one_of(st.sampled_from(wanted), anyone) if wanted else anyone

    return st.runner().flatmap(draw)


def has(*statuses: JobStatus) -> Callable[["QueueAskers"], bool]:
    """Say whether there is such a job."""
    return lambda machine: bool(machine.numbers(*statuses))


class QueueAskers(RuleBasedStateMachine):
    """Each rule does one thing to the queue and to its model; what the model refuses, the queue must refuse."""

    def __init__(self, database: Database, briefs: list[Brief]) -> None:
        super().__init__()
        self.db = database
        self.briefs = briefs
        self.items = dict(zip([brief.id for brief in briefs], ITEMS, strict=True))
        self.model = QueueModel(RULES)
        self.claims: list[Claim] = []  # also those of attempts that have ended: somebody may write with them
        self.seen = queue_history.Seen({}, {}, {})
        self.reader = database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self.speech = ThreadSpeech(FaultyEngine())

    def teardown(self) -> None:
        self.reader.close()
        self.speech.close()

    @initialize()
    def begin(self) -> None:
        with self.db.transaction() as session:
            session.execute(delete(Event))
            session.execute(delete(Job))
        for number in range(len(self.briefs)):
            self.enqueue(number, MANUAL_PRIORITY, -number)  # the last made is due first

    def numbers(self, *statuses: JobStatus) -> list[int]:
        """Return the jobs that stand so, or all, the newest first."""
        return [number for number, job in self.model.jobs.items() if not statuses or job.status in statuses][::-1]

    def do(self, change: Callable[[Session], object]) -> object:
        """Return what a change of one transaction returns or raises."""
        try:
            with self.db.transaction() as session:
                return change(session)
        except BriefAudioError as error:
            return error

    # People, nights and backfills ask.

    @rule(number=st.integers(0, 2), priority=st.sampled_from([MANUAL_PRIORITY, BACKFILL_PRIORITY]))
    def request(self, number: int, priority: int) -> None:
        brief = self.briefs[number]
        is_refused = self.model.live(brief.id) is None and self.model.is_full(priority)
        try:
            asked = job_service.request_generation(
                self.db, str(brief.id), self.speech, rules=RULES, force=False, requested_by="ann", priority=priority
            )
        except QueueFullError:
            assert is_refused
            return
        except StillCancellingError:
            assert self.model.is_being_cancelled(brief.id)
            return
        assert not is_refused
        self.asked(brief.id, asked.job_id, priority, is_new=asked.is_new)

    @rule(number=st.integers(0, 2), priority=PRIORITIES, minutes=st.sampled_from([None, -10, 60]))
    def enqueue(self, number: int, priority: int, minutes: int | None) -> None:
        brief = self.briefs[number]
        run_after = None if minutes is None else utc_now() + timedelta(minutes=minutes)
        got = self.do(
            lambda session: enqueueing.enqueue(
                session, brief, requested_by="night", priority=priority, run_after=run_after
            )
        )
        if self.model.is_being_cancelled(brief.id):
            assert isinstance(got, StillCancellingError)
            return
        assert isinstance(got, enqueueing.Enqueued)
        self.asked(brief.id, got.job_id, priority, is_new=got.is_new)

    def asked(self, brief_id: int, job_id: int | None, priority: int, *, is_new: bool) -> None:
        assert job_id is not None
        assert not self.model.is_being_cancelled(brief_id)
        live = self.model.live(brief_id)
        assert is_new == (live is None)
        if live is not None:
            assert job_id == live.id
            self.model.join(live, priority)
            return
        assert job_id not in self.model.jobs
        states = [NarrationState.PENDING] * self.items[brief_id]
        self.model.jobs[job_id] = ModelJob(job_id, brief_id, priority, states)

    @precondition(has())
    @rule(job_id=a_job(JobStatus.FAILED, JobStatus.CANCELLED, or_any=True))
    def retry(self, job_id: int) -> None:
        job = self.model.jobs[job_id]
        live = self.model.live(job.brief_id)
        got = self.do(lambda session: job_service.retry(session, job_id, rules=RULES, requested_by="ann"))
        if job.is_live and job.is_cancel_requested:
            assert isinstance(got, StillCancellingError)
        elif job.status not in {JobStatus.FAILED, JobStatus.CANCELLED}:
            assert isinstance(got, ConflictError)
        elif self.model.is_being_cancelled(job.brief_id):
            assert isinstance(got, StillCancellingError)
        elif live is None and self.model.is_full(job.priority):
            assert isinstance(got, QueueFullError)
        else:
            assert isinstance(got, enqueueing.Enqueued)
            self.asked(job.brief_id, got.job_id, job.priority, is_new=got.is_new)

    @precondition(has())
    @rule(job_id=a_job(JobStatus.PROCESSING, or_any=True))
    def cancel(self, job_id: int) -> None:
        job = self.model.jobs[job_id]
        got = self.do(lambda session: jobs.cancel(session, job_id, requested_by="ann"))
        if not job.is_live:
            assert isinstance(got, ConflictError)
            return
        if job.status is JobStatus.QUEUED:
            job.status = JobStatus.CANCELLED
        else:
            job.is_cancel_requested = True
        assert got == job.status

    # Time passes.

    @precondition(has(JobStatus.QUEUED))
    @rule(job_id=a_job(JobStatus.QUEUED), seconds=st.integers(0, 3))
    def wait_is_over(self, job_id: int, seconds: int) -> None:
        passed = update(Job).where(Job.id == job_id, Job.status == JobStatus.QUEUED)
        self.do(lambda session: session.execute(passed.values(run_after=func.now() - timedelta(seconds=seconds))))

    @precondition(has(JobStatus.PROCESSING))
    @rule(job_id=a_job(JobStatus.PROCESSING))
    def lease_ends(self, job_id: int) -> None:
        job = self.model.jobs[job_id]
        job.is_overdue = job.status is JobStatus.PROCESSING
        overdue = update(Job).where(Job.id == job_id, Job.status == JobStatus.PROCESSING)
        self.do(lambda session: session.execute(overdue.values(lease_until=func.now() - timedelta(seconds=1))))

    @precondition(lambda machine: any(job.is_overdue for job in machine.model.jobs.values()))
    @rule()
    def rescue(self) -> None:
        rescued = self.do(lambda session: jobs.rescue(session, RULES, actor="clock"))
        overdue = [job for job in self.model.jobs.values() if job.is_overdue]
        for job in overdue:
            self.model.failed(job, permanent=False)
        assert isinstance(rescued, list)
        assert sorted(rescued) == [job.id for job in overdue]

    # Whatever they did:

    @invariant()
    def rows_agree(self) -> None:
        now = queue_history.look(self.reader)
        queue_history.check(now, self.seen)
        self.seen = now

    @invariant()
    def rows_are_as_the_model_says(self) -> None:
        assert {number: _row_of(self.seen, number) for number in self.seen.jobs} == {
            number: (
                (job.status, job.priority, job.attempt, job.charged, job.progress, job.is_cancel_requested),
                job.counts,
                job.states,
            )
            for number, job in self.model.jobs.items()
        }


def _row_of(seen: queue_history.Seen, number: int) -> tuple[object, ...]:
    row = seen.jobs[number]
    names = ("status", "priority", "attempt", "charged", "progress", "cancel_requested")
    counts = (row["completed_items"], row["failed_items"])
    return tuple(row[name] for name in names), counts, seen.items[number]
