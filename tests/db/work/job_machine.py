"""Jobs among the kinds of work: people, nights and backfills ask for them, and their items are narrated."""

from datetime import timedelta

import hypothesis.strategies as st
from hypothesis.stateful import invariant, precondition, rule
from sqlalchemy import delete
from sqlalchemy.orm import Session

from brief_audio.db.connection.engine import Database
from brief_audio.db.making import enqueueing, jobs
from brief_audio.db.making.jobs import JOBS
from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.db.models import Brief, Event
from brief_audio.db.work import Claim
from brief_audio.domain.clock import utc_now
from brief_audio.domain.errors import ConflictError, QueueFullError, StillCancellingError
from brief_audio.domain.jobs import BACKFILL_PRIORITY, MANUAL_PRIORITY, NarrationState
from brief_audio.domain.work import WorkStatus
from brief_audio.services.making import jobs as job_service
from tests.db.work import queue_history
from tests.db.work.work_machine import A_CLAIM, ERRORS, PRIORITIES, RULES, WorkMachine, has, has_claims, some_work
from tests.db.work.work_model import ModelWork
from tests.e2e.generation.thread_speech import FaultyEngine, ThreadSpeech

ITEMS = (0, 1, 3)  # of the briefs
OUTCOMES = st.sampled_from(
    [
        NarrationState.SPEAKING,
        NarrationState.SPOKEN,
        NarrationState.REUSED,
        NarrationState.FAILED,
    ]
)


class JobMachine(WorkMachine):
    """What the engine does to any work, and beside it what only jobs know: one live job a brief, room, and items."""

    def __init__(self, database: Database, briefs: list[Brief]) -> None:
        super().__init__(database, JOBS, briefs[0].id)
        self.briefs = briefs
        self.items = dict(zip([brief.id for brief in briefs], ITEMS, strict=True))
        self.seen = queue_history.Seen({}, {}, {})
        self.speech = ThreadSpeech(FaultyEngine())

    def teardown(self) -> None:
        super().teardown()
        self.speech.close()

    def queue_some(self) -> None:
        with self.db.transaction() as session:
            session.execute(delete(Event))
            session.execute(delete(Job))
        for number in range(len(self.briefs)):
            self.enqueue(number, MANUAL_PRIORITY, -number)  # the last made is due first

    @rule(priority=PRIORITIES, minutes=st.sampled_from([0, -10, 60]), number=st.integers(0, 2))
    def queue(self, priority: int, minutes: int, number: int = 0) -> None:
        self.enqueue(number, priority, minutes)

    # People, nights and backfills ask.

    @rule(number=st.integers(0, 2), priority=st.sampled_from([MANUAL_PRIORITY, BACKFILL_PRIORITY]))
    def request(self, number: int, priority: int) -> None:
        brief = self.briefs[number]
        is_refused = self.model.live(brief.id) is None and self.model.is_full(priority)
        try:
            asked = job_service.request_generation(
                self.db, brief.id, self.speech, rules=RULES, force=False, requested_by="ann", priority=priority
            )
        except QueueFullError:
            assert is_refused
            return
        except StillCancellingError:
            assert self.model.is_being_cancelled(brief.id)
            return
        assert not is_refused
        self.asked(brief.id, asked.job_id, priority, is_new=asked.is_new)

    def enqueue(self, number: int, priority: int, minutes: int) -> None:
        brief = self.briefs[number]
        run_after = None if not minutes else utc_now() + timedelta(minutes=minutes)
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
            live.priority = min(live.priority, priority)
            return
        assert job_id not in self.model.work
        states = [NarrationState.PENDING] * self.items[brief_id]
        self.model.work[job_id] = ModelWork(job_id, brief_id, priority, states)

    @precondition(has())
    @rule(job_id=some_work(WorkStatus.FAILED, WorkStatus.CANCELLED, or_any=True))
    def retry(self, job_id: int) -> None:
        job = self.model.work[job_id]
        live = self.model.live(job.parent_id)
        got = self.do(lambda session: job_service.retry(session, job_id, rules=RULES, requested_by="ann"))
        if job.is_live and job.is_cancel_requested:
            assert isinstance(got, StillCancellingError)
        elif job.status not in {WorkStatus.FAILED, WorkStatus.CANCELLED}:
            assert isinstance(got, ConflictError)
        elif self.model.is_being_cancelled(job.parent_id):
            assert isinstance(got, StillCancellingError)
        elif live is None and self.model.is_full(job.priority):
            assert isinstance(got, QueueFullError)
        else:
            assert isinstance(got, enqueueing.Enqueued)
            self.asked(job.parent_id, got.job_id, job.priority, is_new=got.is_new)

    # Workers narrate.

    def is_in_the_middle(self, claim: Claim) -> None:
        super().is_in_the_middle(claim)
        self.record_narrations(claim, [NarrationState.SPEAKING], "")

    @precondition(has_claims)
    @rule(claim=A_CLAIM, states=st.lists(OUTCOMES, min_size=1, max_size=3), error=ERRORS)
    def record_narrations(self, claim: Claim, states: list[NarrationState], error: str) -> None:
        def record(session: Session) -> None:
            for position, state in enumerate(states, start=1):
                jobs.record_narration(session, claim, position, state, tries=1, error=error)

        owned, _ = self.write(claim, record)
        if owned is not None:
            owned.states[: len(states)] = states[: len(owned.states)]

    # Whatever they did:

    @invariant()
    def rows_items_and_events_agree(self) -> None:
        now = queue_history.look(self.reader)
        queue_history.check(now, self.seen)
        self.seen = now
        assert {
            number: ((row["completed_items"], row["failed_items"]), now.items[number])
            for number, row in now.jobs.items()
        } == {number: (job.counts, job.states) for number, job in self.model.work.items()}
