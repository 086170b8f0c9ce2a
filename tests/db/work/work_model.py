"""Leased work in plain Python, only as far as it takes to say which operations must be refused and what others do."""

from dataclasses import dataclass, field

from brief_audio.db.work import Claim
from brief_audio.domain.jobs import BACKFILL_PRIORITY, MANUAL_PRIORITY, NarrationState, QueueRules
from brief_audio.domain.work import LIVE_STATUSES, WorkStatus

KEPT = {NarrationState.SPOKEN, NarrationState.REUSED}


@dataclass
class ModelWork:
    """What one piece of work must look like; `states` are those of a job's items."""

    id: int
    parent_id: int
    priority: int
    states: list[NarrationState] = field(default_factory=list)
    status: WorkStatus = WorkStatus.QUEUED
    attempt: int = 0
    charged: int = 0
    progress: int = 0
    is_cancel_requested: bool = False
    is_overdue: bool = False

    @property
    def is_live(self) -> bool:
        return self.status in LIVE_STATUSES

    @property
    def columns(self) -> tuple[object, ...]:
        return (self.status, self.priority, self.attempt, self.charged, self.progress, self.is_cancel_requested)

    @property
    def counts(self) -> tuple[int, int]:
        return sum(state in KEPT for state in self.states), self.states.count(NarrationState.FAILED)

    def claimed(self) -> None:
        if self.attempt:
            self.states = [state if state in KEPT else NarrationState.PENDING for state in self.states]
        self.status, self.progress = WorkStatus.PROCESSING, 0
        self.attempt, self.charged = self.attempt + 1, self.charged + 1

    def left(self, status: WorkStatus) -> None:
        """Its worker is done with it; work whose end was asked for ends cancelled, unless it was finished."""
        asked = self.is_cancel_requested and status is not WorkStatus.COMPLETED
        self.status, self.is_overdue = WorkStatus.CANCELLED if asked else status, False
        self.states = [NarrationState.PENDING if state is NarrationState.SPEAKING else state for state in self.states]


@dataclass
class WorkModel:
    """All work of one kind by its number."""

    rules: QueueRules
    work: dict[int, ModelWork] = field(default_factory=dict)

    def owner(self, claim: Claim) -> ModelWork | None:
        """Return the work that `claim` still holds."""
        held = self.work[claim.id]
        return held if held.status is WorkStatus.PROCESSING and held.attempt == claim.attempt else None

    def failed(self, held: ModelWork, *, permanent: bool) -> None:
        is_spent = permanent or held.charged >= self.rules.most_attempts
        held.left(WorkStatus.FAILED if is_spent else WorkStatus.QUEUED)

    # What only jobs have: one live job for each brief, and a limit of how many may wait.

    def live(self, brief_id: int) -> ModelWork | None:
        return next((job for job in self.work.values() if job.parent_id == brief_id and job.is_live), None)

    def is_being_cancelled(self, brief_id: int) -> bool:
        live = self.live(brief_id)
        return live is not None and live.is_cancel_requested

    def is_full(self, priority: int) -> bool:
        if priority < MANUAL_PRIORITY:
            return False
        is_backfill = priority >= BACKFILL_PRIORITY
        waiting = [
            job for job in self.work.values() if job.status is WorkStatus.QUEUED and job.priority >= MANUAL_PRIORITY
        ]
        of_its_kind = [job for job in waiting if (job.priority >= BACKFILL_PRIORITY) == is_backfill]
        return len(of_its_kind) >= (self.rules.most_backfilled if is_backfill else self.rules.most_queued)
