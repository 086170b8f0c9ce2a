"""The queue in plain Python, only as far as it takes to say which operations must be refused and what the others do."""

from dataclasses import dataclass, field

from brief_audio.db.jobs import Claim
from brief_audio.domain.jobs import (
    BACKFILL_PRIORITY,
    LIVE_STATUSES,
    MANUAL_PRIORITY,
    JobStatus,
    NarrationState,
    QueueRules,
)

KEPT = {NarrationState.SPOKEN, NarrationState.REUSED}


@dataclass
class ModelJob:
    """What one job must look like."""

    id: int
    brief_id: int
    priority: int
    states: list[NarrationState]
    status: JobStatus = JobStatus.QUEUED
    attempt: int = 0
    charged: int = 0
    progress: int = 0
    is_cancel_requested: bool = False
    is_overdue: bool = False

    @property
    def is_live(self) -> bool:
        return self.status in LIVE_STATUSES

    @property
    def counts(self) -> tuple[int, int]:
        return sum(state in KEPT for state in self.states), self.states.count(NarrationState.FAILED)

    def claimed(self) -> None:
        if self.attempt:
            self.states = [state if state in KEPT else NarrationState.PENDING for state in self.states]
        self.status, self.progress = JobStatus.PROCESSING, 0
        self.attempt, self.charged = self.attempt + 1, self.charged + 1

    def left(self, status: JobStatus) -> None:
        """Nobody works at it any more; whose end was asked for ends cancelled, unless it has made it."""
        asked = self.is_cancel_requested and status is not JobStatus.COMPLETED
        self.status, self.is_overdue = JobStatus.CANCELLED if asked else status, False
        self.states = [NarrationState.PENDING if state is NarrationState.SPEAKING else state for state in self.states]


@dataclass
class QueueModel:
    """All jobs by their number."""

    rules: QueueRules
    jobs: dict[int, ModelJob] = field(default_factory=dict)

    def live(self, brief_id: int) -> ModelJob | None:
        return next((job for job in self.jobs.values() if job.brief_id == brief_id and job.is_live), None)

    def is_being_cancelled(self, brief_id: int) -> bool:
        live = self.live(brief_id)
        return live is not None and live.is_cancel_requested

    def is_full(self, priority: int) -> bool:
        if priority < MANUAL_PRIORITY:
            return False
        is_backfill = priority >= BACKFILL_PRIORITY
        waiting = [
            job for job in self.jobs.values() if job.status is JobStatus.QUEUED and job.priority >= MANUAL_PRIORITY
        ]
        of_its_kind = [job for job in waiting if (job.priority >= BACKFILL_PRIORITY) == is_backfill]
        return len(of_its_kind) >= (self.rules.most_backfilled if is_backfill else self.rules.most_queued)

    def join(self, job: ModelJob, priority: int) -> None:
        job.priority = min(job.priority, priority)

    def owner(self, claim: Claim) -> ModelJob | None:
        """Return the job that `claim` still holds."""
        job = self.jobs[claim.job_id]
        return job if job.status is JobStatus.PROCESSING and job.attempt == claim.attempt else None

    def failed(self, job: ModelJob, *, permanent: bool) -> None:
        is_spent = permanent or job.charged >= self.rules.most_attempts
        job.left(JobStatus.FAILED if is_spent else JobStatus.QUEUED)
