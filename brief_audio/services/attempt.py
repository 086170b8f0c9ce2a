"""One attempt at a job as the narration sees it: whether it may go on, and where it writes what it did."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from typing import TypeVar

from sqlalchemy.orm import Session

from brief_audio.db import jobs
from brief_audio.db.engine import Database
from brief_audio.db.jobs import Claim
from brief_audio.domain.dashboard import ErrorSource
from brief_audio.domain.errors import (
    BriefAudioError,
    JobCancelledError,
    LeaseLostError,
    StoppingError,
    TryAgainError,
)
from brief_audio.domain.jobs import NarrationState, QueueRules
from brief_audio.services.error_log import Met, record

logger = logging.getLogger(__name__)
Result = TypeVar("Result")
AGAIN_AFTER_SECONDS = 0.5
ASK_EVERY_SECONDS = 1.0


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
    _priority: int = field(init=False)
    _began: float = field(init=False)
    _lease_over: float = field(init=False)
    _asked: float = field(init=False)

    def __post_init__(self) -> None:
        self._priority = self.claim.priority
        self._began = self._asked = self.monotonic()
        self.lease_extended(self._began)

    @property
    def priority(self) -> int:
        """Return how urgent its utterances are: as its job is, which a night may join while it is in hand."""
        return self._priority

    @property
    def turn(self) -> int:
        """Return where its utterances stand among equals: jobs end one after the other."""
        return self.claim.job_id

    def lease_extended(self, at: float) -> None:
        """Note that the lease was extended by a request made `at` that time of the monotonic clock."""
        self._lease_over = at + self.rules.lease.total_seconds()

    def check(self) -> None:
        """Raise the reason why this attempt must end now, if there is one."""
        now = self.monotonic()
        if self.lease_lost.is_set() or now > self._lease_over:
            raise LeaseLostError(f"job {self.claim.job_id}: the lease of attempt {self.claim.attempt} is over")
        if self.stop.is_set():
            raise StoppingError("the worker is stopping")
        if now - self._began > self.rules.attempt_limit.total_seconds():
            minutes = self.rules.attempt_limit.total_seconds() / 60
            raise BriefAudioError(f"the attempt took longer than {minutes:g} minutes")

    def progress(self, per_cent: int, *, begins: str | None = None) -> None:
        """Write how far the attempt is, and the event of what `begins`; raise `JobCancelledError` where it must end."""
        self.check()
        wanted = self.write(lambda session: jobs.note_progress(session, self.claim, per_cent, begins=begins))
        self._priority = wanted.priority
        if wanted.is_cancel_requested:
            raise JobCancelledError(f"job {self.claim.job_id} was cancelled")

    def check_cancel(self) -> None:
        """Do what `check` does and, at most once a second, ask whether somebody wants the job to end."""
        self.check()
        now = self.monotonic()
        if now - self._asked > ASK_EVERY_SECONDS:
            self._asked = now
            self.progress(0)

    def narrated(self, outcome: ItemOutcome) -> None:
        """Write how one item ended, so that the next attempt need not do it again."""
        failure = Met(ErrorSource.WORKER, "item failed", outcome.error or "", "narration", job_id=self.claim.job_id)
        self.write(
            lambda session: jobs.record_narration(
                session,
                self.claim,
                outcome.position,
                outcome.state,
                narration_key=outcome.narration_key,
                duration_ms=outcome.duration_ms,
                tries=outcome.tries,
                error=outcome.error,
            )
        )
        if outcome.state is NarrationState.FAILED:
            record(self.db, failure)  # dated by when it failed: writing the item may have waited for the database

    def write(self, change: Callable[[Session], Result]) -> Result:
        """Run a fenced `change` in a short transaction, again and again while the database does not answer.

        A restart of the database so costs a pause, not an attempt; the end of the lease ends it, as `check` says.
        """
        while True:
            try:
                with self.db.transaction() as session:
                    return change(session)
            except TryAgainError as error:
                logger.warning("job %s: %s; trying again", self.claim.job_id, error)
            self.stop.wait(AGAIN_AFTER_SECONDS)
            self.check()
