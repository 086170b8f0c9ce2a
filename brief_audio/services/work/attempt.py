"""One attempt at a piece of work: whether it may continue, and its fenced writes to the database."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from typing import TypeVar

from sqlalchemy.orm import Session

from brief_audio.db import work
from brief_audio.db.connection.engine import Database
from brief_audio.db.work import Claim
from brief_audio.domain.errors import (
    AttemptTooLongError,
    LeaseLostError,
    StoppingError,
    TryAgainError,
    WorkCancelledError,
)
from brief_audio.domain.work import WorkRules

logger = logging.getLogger(__name__)
Result = TypeVar("Result")
AGAIN_AFTER_SECONDS = 0.5
ASK_EVERY_SECONDS = 1.0


@dataclass(slots=True)
class Attempt:
    """Guard one attempt: every write is fenced, and every wait calls `check` to see whether to continue."""

    db: Database
    claim: Claim
    rules: WorkRules
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
        """Return the priority of its utterances: that of the work, which a scheduled run may raise at any time."""
        return self._priority

    @property
    def turn(self) -> int:
        """Return the order of its utterances among others of the same priority, so that pieces of work end in turn."""
        return self.claim.id

    def lease_extended(self, at: float) -> None:
        """Record that a request made `at` this time of the monotonic clock extended the lease."""
        self._lease_over = at + self.rules.lease.total_seconds()

    def check(self) -> None:
        """Raise an error if this attempt must end now."""
        now = self.monotonic()
        if self.lease_lost.is_set() or now > self._lease_over:
            raise LeaseLostError(f"{self.claim}: the lease of attempt {self.claim.attempt} has expired")
        if self.stop.is_set():
            raise StoppingError("the worker is stopping")
        if now - self._began > self.rules.attempt_limit.total_seconds():
            minutes = self.rules.attempt_limit.total_seconds() / 60
            raise AttemptTooLongError(f"the attempt took longer than {minutes:g} minutes")

    def progress(self, per_cent: int, *, begins: str | None = None) -> None:
        """Record the progress, and an event for the stage that `begins`; raise `WorkCancelledError` if cancelled."""
        self.check()
        wishes = self.write(lambda session: work.note_progress(session, self.claim, per_cent, begins=begins))
        self._priority = wishes.priority
        if wishes.is_cancel_requested:
            raise WorkCancelledError(f"{self.claim} was cancelled")

    def check_cancel(self) -> None:
        """Call `check` and, at most once a second, look up whether the work was cancelled."""
        self.check()
        now = self.monotonic()
        if now - self._asked > ASK_EVERY_SECONDS:
            self._asked = now
            self.progress(0)

    def write(self, change: Callable[[Session], Result]) -> Result:
        """Run a fenced `change` in a short transaction, and repeat it for as long as the database does not answer.

        So a database restart costs a pause, not an attempt. The loop ends when `check` raises, at the latest when the
        lease expires.
        """
        while True:
            try:
                with self.db.transaction() as session:
                    return change(session)
            except TryAgainError as error:
                logger.warning("%s; trying again", error)
            self.stop.wait(AGAIN_AFTER_SECONDS)
            self.check()
