"""One attempt at a job as the narration sees it: whether it may go on, and where it writes what it did."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

from brief_audio.db import jobs
from brief_audio.db.engine import Database
from brief_audio.db.jobs import Claim
from brief_audio.domain.errors import BriefAudioError, JobCancelledError, LeaseLostError, StoppingError
from brief_audio.domain.jobs import NarrationState, QueueRules


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    """How one item's narration ended."""

    position: int
    state: NarrationState
    narration_key: str | None = None
    duration_ms: int | None = None
    tries: int = 0
    error: str | None = None


@dataclass(slots=True)
class Attempt:
    """Guards one attempt: every write is fenced, every wait asks `check` whether to go on."""

    db: Database
    claim: Claim
    rules: QueueRules
    stop: Event
    lease_lost: Event = field(default_factory=Event)
    monotonic: Callable[[], float] = time.monotonic
    _began: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = self.monotonic()

    def check(self) -> None:
        """Raise the reason why this attempt must end now, if there is one."""
        if self.lease_lost.is_set():
            raise LeaseLostError(f"job {self.claim.job_id}: the lease of attempt {self.claim.attempt} is over")
        if self.stop.is_set():
            raise StoppingError("the worker is stopping")
        if self.monotonic() - self._began > self.rules.attempt_limit.total_seconds():
            minutes = self.rules.attempt_limit.total_seconds() / 60
            raise BriefAudioError(f"the attempt took longer than {minutes:g} minutes")

    def progress(self, per_cent: int) -> None:
        """Write how far the attempt is; raise `JobCancelledError` where somebody asked for its end."""
        self.check()
        with self.db.transaction() as session:
            cancel_requested = jobs.note_progress(session, self.claim, per_cent)
        if cancel_requested:
            raise JobCancelledError(f"job {self.claim.job_id} was cancelled")

    def narrated(self, outcome: ItemOutcome) -> None:
        """Write how one item ended, so that the next attempt need not do it again."""
        with self.db.transaction() as session:
            jobs.record_narration(
                session,
                self.claim,
                outcome.position,
                outcome.state,
                narration_key=outcome.narration_key,
                duration_ms=outcome.duration_ms,
                tries=outcome.tries,
                error=outcome.error,
            )
