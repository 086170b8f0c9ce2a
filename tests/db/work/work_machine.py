"""Several workers at one table of leased work, doing anything in any order; some with claims that are long lost."""

from collections.abc import Callable
from datetime import timedelta

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from brief_audio.db import work
from brief_audio.db.connection.engine import Database
from brief_audio.db.work import Claim, WorkTable
from brief_audio.domain.clock import utc_now
from brief_audio.domain.errors import BriefAudioError, ConflictError, LeaseLostError, WorkCancelledError
from brief_audio.domain.jobs import BACKFILL_PRIORITY, MANUAL_PRIORITY, NIGHT_PRIORITY, QueueRules
from brief_audio.domain.work import ERROR_LIMIT, WorkStatus
from tests.db.work.work_model import ModelWork, WorkModel

# Small numbers, so that a few steps reach every limit.
RULES = QueueRules(most_attempts=2, free_deaths=1, most_queued=2, most_backfilled=1)
PRIORITIES = st.sampled_from([NIGHT_PRIORITY, MANUAL_PRIORITY, BACKFILL_PRIORITY])
WORKERS = st.sampled_from(["ann", "bob", "cyd"])
ERRORS = st.sampled_from(["the store did not answer", "x" * 501, "a\0b", "\ud800" * 600, "…" * 500])
SHOW = "dawn"


def some_work(*statuses: WorkStatus, or_any: bool = False) -> st.SearchStrategy[int]:
    """Draw the number of work in such a state, the newest first; half the time of any, where that will do, too."""

    def draw(machine: "WorkMachine") -> st.SearchStrategy[int]:
        wanted = machine.numbers(*statuses)
        if not or_any:
            return st.sampled_from(wanted)
        anyone = st.sampled_from(machine.numbers())
        return st.one_of(st.sampled_from(wanted), anyone) if wanted else anyone

    return st.runner().flatmap(draw)


def has(*statuses: WorkStatus) -> Callable[["WorkMachine"], bool]:
    """Say whether there is such work."""
    return lambda machine: bool(machine.numbers(*statuses))


def _some_claim(machine: "WorkMachine") -> st.SearchStrategy[Claim]:
    """Draw one that holds its work as often as any."""
    current = [claim for claim in machine.claims if machine.model.owner(claim)]
    anyone = st.sampled_from(machine.claims[::-1])
    return st.one_of(st.sampled_from(current[::-1]), anyone) if current else anyone


A_CLAIM = st.runner().flatmap(_some_claim)


def has_claims(machine: "WorkMachine") -> bool:
    return bool(machine.claims)


class WorkMachine(RuleBasedStateMachine):
    """Each rule does one thing to the rows and to their model; what the model refuses, the engine must refuse."""

    def __init__(self, database: Database, table: WorkTable, parent_id: int, **columns: object) -> None:
        super().__init__()
        self.db = database
        self.table = table
        self.parent_id = parent_id
        self.columns = columns
        self.model = WorkModel(RULES)
        self.claims: list[Claim] = []  # also those of attempts that have ended: a worker may write with them
        self.reader = database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")

    def teardown(self) -> None:
        self.reader.close()

    @initialize()
    def begin(self) -> None:
        with self.db.transaction() as session:
            session.execute(delete(self.table.model))
        self.queue_some()
        for worker in ("ann", "bob"):
            self.claim(worker, None)

    def queue_some(self) -> None:
        for minutes in (0, -1, -2):
            self.queue(MANUAL_PRIORITY, minutes)

    def numbers(self, *statuses: WorkStatus) -> list[int]:
        """Return the work in such a state, or all, the newest first."""
        return [number for number, held in self.model.work.items() if not statuses or held.status in statuses][::-1]

    def do(self, change: Callable[[Session], object]) -> object:
        """Return what a change of one transaction returns or raises."""
        try:
            with self.db.transaction() as session:
                return change(session)
        except BriefAudioError as error:
            return error

    def write(self, claim: Claim, change: Callable[[Session], object]) -> tuple[ModelWork | None, object]:
        """Do a fenced change; return its work, or None where the claim is lost: then it must have been refused."""
        got = self.do(change)
        owned = self.model.owner(claim)
        assert (owned is None) == isinstance(got, LeaseLostError), f"{got!r} with {claim}"
        return owned, got

    # Work comes.

    @rule(priority=PRIORITIES, minutes=st.sampled_from([0, -10, 60]))
    def queue(self, priority: int, minutes: int) -> None:
        row = {f"{self.table.parent.__tablename__}_id": self.parent_id, "requested_by": "ann", "priority": priority}
        row |= {"run_after": utc_now() + timedelta(minutes=minutes), **self.columns}
        made = self.do(
            lambda session: session.execute(
                insert(self.table.model).values(row).returning(self.table.model.id)
            ).scalar_one()
        )
        assert isinstance(made, int)
        self.model.work[made] = ModelWork(made, self.parent_id, priority)

    @precondition(has())
    @rule(work_id=some_work(WorkStatus.PROCESSING, or_any=True))
    def cancel(self, work_id: int) -> None:
        held = self.model.work[work_id]
        got = self.do(lambda session: work.cancel(session, self.table, work_id, requested_by="ann"))
        if not held.is_live:
            assert isinstance(got, ConflictError)
            return
        if held.status is WorkStatus.QUEUED:
            held.status = WorkStatus.CANCELLED
        else:
            held.is_cancel_requested = True
        assert got == held.status

    # Workers take it.

    @precondition(has(WorkStatus.QUEUED))
    @rule(worker=WORKERS, before=st.sampled_from([None, BACKFILL_PRIORITY, MANUAL_PRIORITY]))
    def claim(self, worker: str, before: int | None) -> None:
        row = self.table.model
        with self.db.transaction() as session:
            waiting = session.execute(
                select(row.priority, row.run_after, row.id).where(row.status == "queued", row.run_after <= func.now())
            )
            due = sorted(tuple(row) for row in waiting if before is None or row.priority < before)
        claim = work.claim_next(self.db, self.table, worker, RULES, before_priority=before)
        assert (claim and claim.id) == (due[0][2] if due else None)
        self.claimed(claim, worker)

    @precondition(has(WorkStatus.QUEUED))
    @rule(worker=WORKERS, work_id=some_work(WorkStatus.QUEUED, or_any=True))
    def claim_that_one(self, worker: str, work_id: int) -> None:
        row = self.table.model
        with self.db.transaction() as session:
            due = select(row.id).where(row.id == work_id, row.status == "queued", row.run_after <= func.now())
            expected = session.execute(due).scalar()
        claim = work.claim_next(self.db, self.table, worker, RULES, work_id=work_id)
        assert (claim and claim.id) == expected
        self.claimed(claim, worker)

    def claimed(self, claim: Claim | None, worker: str) -> None:
        if claim is None:
            return
        held = self.model.work[claim.id]
        assert held.status is WorkStatus.QUEUED
        held.claimed()
        assert claim == Claim(
            self.table, held.id, held.parent_id, held.attempt, held.charged, worker, held.priority, SHOW
        )
        self.claims.append(claim)

    @precondition(has_claims)
    @rule(worker=WORKERS, claim=A_CLAIM)
    def another_takes_over(self, worker: str, claim: Claim) -> None:
        """The worker of `claim` sleeps for so long that another has its work when it wakes up and writes on."""
        self.is_in_the_middle(claim)
        self.lease_ends(claim.id)
        self.rescue()
        self.wait_is_over(claim.id, 0)
        self.claim_that_one(worker, claim.id)
        if self.model.owner(claim) is None:
            self.extend(claim)
            self.note_progress(claim, 50)
            self.finish(claim)
            self.fail(claim, "late", permanent=True)
            self.release(claim)
            self.stop_as_asked(claim)

    @precondition(has_claims)
    @rule(claim=A_CLAIM, end=st.sampled_from(["finish", "fail", "release", "die"]))
    def its_end_is_asked_for(self, claim: Claim, end: str) -> None:
        """The worker of `claim` hears of it only when it ends its attempt."""
        self.is_in_the_middle(claim)
        self.cancel(claim.id)
        match end:
            case "finish":
                self.finish(claim)
            case "fail":
                self.fail(claim, "too late", permanent=True)
            case "release":
                self.release(claim)
            case "die":
                self.lease_ends(claim.id)
                self.rescue()

    def is_in_the_middle(self, claim: Claim) -> None:
        self.note_progress(claim, 40)
        self.note_progress(claim, 30)

    @precondition(has_claims)
    @rule(claim=A_CLAIM)
    def extend(self, claim: Claim) -> None:
        owned = self.model.owner(claim)
        assert self.do(lambda session: work.extend(session, claim, RULES)) == (owned is not None)
        if owned is not None:
            owned.is_overdue = False

    @precondition(has_claims)
    @rule(claim=A_CLAIM, per_cent=st.sampled_from([0, 1, 40, 95, 100, 250]))
    def note_progress(self, claim: Claim, per_cent: int) -> None:
        owned, wishes = self.write(claim, lambda session: work.note_progress(session, claim, per_cent))
        if owned is not None:
            assert isinstance(wishes, work.Wishes)
            assert wishes == work.Wishes(owned.is_cancel_requested, owned.priority)
            owned.progress = min(100, max(owned.progress, per_cent))

    @precondition(has_claims)
    @rule(claim=A_CLAIM)
    def finish(self, claim: Claim) -> None:
        got = self.do(lambda session: work.finish(session, claim))
        owned = self.model.owner(claim)
        if owned is None:
            assert isinstance(got, LeaseLostError)
        elif owned.is_cancel_requested:
            assert isinstance(got, WorkCancelledError)
            assert self.do(lambda session: work.end_cancelled(session, claim)) == WorkStatus.CANCELLED
            owned.left(WorkStatus.CANCELLED)
        else:
            assert got is None
            owned.left(WorkStatus.COMPLETED)
            owned.progress = 100

    @precondition(has_claims)
    @rule(claim=A_CLAIM, error=ERRORS, permanent=st.booleans())
    def fail(self, claim: Claim, error: str, permanent: bool) -> None:
        owned, got = self.write(
            claim, lambda session: work.fail(session, claim, error, permanent=permanent, rules=RULES)
        )
        if owned is not None:
            self.model.failed(owned, permanent=permanent)
            assert got == owned.status

    @precondition(has_claims)
    @rule(claim=A_CLAIM)
    def release(self, claim: Claim) -> None:
        owned, got = self.write(claim, lambda session: work.release(session, claim))
        if owned is not None:
            owned.charged -= 1
            owned.left(WorkStatus.QUEUED)
            assert got == owned.status

    @precondition(has_claims)
    @rule(claim=A_CLAIM)
    def stop_as_asked(self, claim: Claim) -> None:
        owned, _ = self.write(claim, lambda session: work.end_cancelled(session, claim))
        if owned is not None:
            owned.left(WorkStatus.CANCELLED)

    @precondition(has_claims)
    @rule(claim=A_CLAIM)
    def die_while_finishing(self, claim: Claim) -> None:
        """A finish whose transaction does not commit has changed nothing."""

        def finish_and_die(session: Session) -> None:
            work.finish(session, claim)
            raise BriefAudioError("the line broke")

        assert isinstance(self.do(finish_and_die), BriefAudioError)

    # Time passes.

    @precondition(has(WorkStatus.QUEUED))
    @rule(work_id=some_work(WorkStatus.QUEUED), seconds=st.integers(0, 3))
    def wait_is_over(self, work_id: int, seconds: int) -> None:
        row = self.table.model
        passed = update(row).where(row.id == work_id, row.status == WorkStatus.QUEUED)
        self.do(lambda session: session.execute(passed.values(run_after=func.now() - timedelta(seconds=seconds))))

    @precondition(has(WorkStatus.PROCESSING))
    @rule(work_id=some_work(WorkStatus.PROCESSING))
    def lease_ends(self, work_id: int) -> None:
        held, row = self.model.work[work_id], self.table.model
        held.is_overdue = held.status is WorkStatus.PROCESSING
        overdue = update(row).where(row.id == work_id, row.status == WorkStatus.PROCESSING)
        self.do(lambda session: session.execute(overdue.values(lease_until=func.now() - timedelta(seconds=1))))

    @precondition(lambda machine: any(held.is_overdue for held in machine.model.work.values()))
    @rule()
    def rescue(self) -> None:
        rescued = self.do(lambda session: work.rescue(session, self.table, RULES, actor="clock"))
        overdue = [held for held in self.model.work.values() if held.is_overdue]
        for held in overdue:
            self.model.failed(held, permanent=False)
        assert isinstance(rescued, list)
        assert sorted(rescued) == [held.id for held in overdue]

    # Whatever they did:

    @invariant()
    def rows_are_as_the_model_says(self) -> None:
        every = text(f"SELECT to_jsonb(one) FROM {self.table.model.__tablename__} one")
        rows = {row["id"]: row for row in self.reader.execute(every).scalars()}
        names = ("status", "priority", "attempt", "charged", "progress", "cancel_requested")
        assert {number: tuple(row[name] for name in names) for number, row in rows.items()} == {
            number: held.columns for number, held in self.model.work.items()
        }
        for row in rows.values():
            assert 0 <= row["charged"] <= row["attempt"]
            assert len(row["error"] or "") <= ERROR_LIMIT
