"""Speaking one text for whoever wants to hear it, as its job would: under the same key, so nobody speaks it twice."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event

from brief_audio.db import hearings
from brief_audio.db.engine import Database
from brief_audio.db.hearings import HearingClaim
from brief_audio.domain.errors import BriefAudioError, LeaseLostError, StoppingError, TryAgainError
from brief_audio.domain.jobs import MANUAL_PRIORITY, NIGHT_PRIORITY, NarrationState, QueueRules
from brief_audio.services import scratch
from brief_audio.services.attempt import ItemOutcome
from brief_audio.services.generation import Studio
from brief_audio.services.job_copy import ItemCopy, ShowFacts, facts_of, prepare_item
from brief_audio.services.narration import Narrator

logger = logging.getLogger(__name__)

PRIORITY = (NIGHT_PRIORITY + MANUAL_PRIORITY) // 2  # an editor waits for it, and no night waits for an editor
LIMIT = timedelta(minutes=10)
MOST_ATTEMPTS = 3
AGAIN_AFTER = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Heard:
    """What is to be heard now."""

    narration_key: str
    duration_ms: int


@dataclass(slots=True)
class HearingAttempt:
    """Guards one attempt at a hearing; it extends its own lease whenever it asks whether to go on."""

    db: Database
    claim: HearingClaim
    rules: QueueRules
    stop: Event
    limit: timedelta = LIMIT
    monotonic: Callable[[], float] = time.monotonic
    _began: float = field(init=False)
    _extended: float = field(init=False)
    _asked: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = self._extended = self._asked = self.monotonic()

    @property
    def priority(self) -> int:
        """Return how urgent it is: after the nights, before what is asked for by hand."""
        return PRIORITY

    @property
    def turn(self) -> int:
        """Return its number: who asked first hears first."""
        return self.claim.number

    def check(self) -> None:
        """Raise the reason why this attempt must end now, if there is one."""
        now = self.monotonic()
        if now - self._extended > self.rules.lease.total_seconds():
            raise LeaseLostError(f"hearing {self.claim.number}: the lease of attempt {self.claim.attempt} is over")
        if self.stop.is_set():
            raise StoppingError("the worker is stopping")
        if now - self._began > self.limit.total_seconds():
            raise BriefAudioError(_too_long(self.limit), permanent=True)

    def check_cancel(self) -> None:
        """Do what `check` does and, at every heartbeat, extend the lease; a database that is away is forgiven."""
        self.check()
        now = self.monotonic()
        if now - self._asked < self.rules.heartbeat.total_seconds():
            return
        self._asked = now
        try:
            with self.db.transaction() as session:
                is_mine = hearings.extend(session, self.claim, self.rules.lease)
        except TryAgainError as error:
            logger.warning("hearing %s: no heartbeat: %s", self.claim.number, error)
            return
        if not is_mine:
            raise LeaseLostError(f"hearing {self.claim.number}: attempt {self.claim.attempt} no longer owns it")
        self._extended = now

    def progress(self, per_cent: int) -> None:  # noqa: ARG002  (a text of a minute needs no bar)
        """Ask whether to go on; how far it is nobody is told."""
        self.check_cancel()

    def narrated(self, outcome: ItemOutcome) -> None:
        """Take nothing down: what becomes of the one item is written when it has ended."""


def speak(studio: Studio, attempt: HearingAttempt) -> Heard:
    """Let the narration of a claimed hearing lie in the store, spoken now or earlier.

    Raise what ends the attempt: a `permanent` error fails the hearing, any other lets it be tried again.
    """
    item, show = _copy(studio.db, attempt.claim)
    prepared = prepare_item(item, show, studio.speech, attempt.check_cancel)
    with scratch.work_folder(studio.scratch, f"hearing-{attempt.claim.number}") as folder:
        narrator = Narrator(attempt, studio.speech, studio.store, folder, speed=show.speed)
        [outcome] = narrator.narrate([prepared])
    if outcome.state is NarrationState.FAILED or outcome.narration_key is None or outcome.duration_ms is None:
        raise BriefAudioError(outcome.error or "the text could not be spoken", permanent=True)
    return Heard(outcome.narration_key, outcome.duration_ms)


def _copy(db: Database, claim: HearingClaim) -> tuple[ItemCopy, ShowFacts]:
    with db.transaction() as session:
        hearing = hearings.find(session, claim.number)
        if hearing is None:
            raise LeaseLostError(f"hearing {claim.number} is no longer there")
        item = ItemCopy(1, hearing.headline, hearing.body, None, hearing.voice, hearing.take)
        return item, facts_of(session, hearings.place(session, hearing).show)


def _too_long(limit: timedelta) -> str:
    minutes = limit.total_seconds() / 60
    return (
        f"it was not spoken within {minutes:g} minutes: nights go first, and a long text takes long;"
        " hear a shorter part, or try again later"
    )
