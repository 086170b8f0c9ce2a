"""One attempt at a piece of work: whether it may go on, and where it writes what it did."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from typing import TypeVar

from sqlalchemy.orm import Session

from brief_audio.db import work
from brief_audio.db.engine import Database
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
    """Guards one attempt: every write is fenced, every wait asks `check` whether to go on."""

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
        """Return how urgent its utterances are: as the work is, which a night may join while it is in progress."""
        return self._priority

    @property
    def turn(self) -> int:
        """Return where its utterances stand among equals: pieces of work end one after the other."""
        return self.claim.id

    def lease_extended(self, at: float) -> None:
        """Note that the lease was extended by a request made `at` that time of the monotonic clock."""
        self._lease_over = at + self.rules.lease.total_seconds()

    def check(self) -> None:
        """Raise the reason why this attempt must end now, if there is one."""
        now = self.monotonic()
        if self.lease_lost.is_set() or now > self._lease_over:
            raise LeaseLostError(f"{self.claim}: the lease of attempt {self.claim.attempt} is over")
        if self.stop.is_set():
            raise StoppingError("the worker is stopping")
        if now - self._began > self.rules.attempt_limit.total_seconds():
            minutes = self.rules.attempt_limit.total_seconds() / 60
            raise AttemptTooLongError(f"the attempt took longer than {minutes:g} minutes")

    def progress(self, per_cent: int, *, begins: str | None = None) -> None:
        """Write how far the attempt is, and the event of what `begins`; raise `WorkCancelledError` to end it."""
        self.check()
        wishes = self.write(lambda session: work.note_progress(session, self.claim, per_cent, begins=begins))
        self._priority = wishes.priority
        if wishes.is_cancel_requested:
            raise WorkCancelledError(f"{self.claim} was cancelled")

    def check_cancel(self) -> None:
        """Do what `check` does and, at most once a second, ask whether the work is to end."""
        self.check()
        now = self.monotonic()
        if now - self._asked > ASK_EVERY_SECONDS:
            self._asked = now
            self.progress(0)

    def write(self, change: Callable[[Session], Result]) -> Result:
        """Run a fenced `change` in a short transaction, again and again while the database does not answer.

        A restart of the database so costs a pause, not an attempt; the end of the lease ends it, as `check` says.
        """
        while True:
            try:
                with self.db.transaction() as session:
                    return change(session)
            except TryAgainError as error:
                logger.warning("%s; trying again", error)
            self.stop.wait(AGAIN_AFTER_SECONDS)
            self.check()
