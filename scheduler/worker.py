"""The worker: as many jobs in hand as the settings allow, each in a thread of its own, until told to stop."""

import logging
import time
from collections.abc import Callable
from threading import Event, Thread

from brief_audio.bootstrap import Container
from brief_audio.db.jobs import Claim
from brief_audio.domain.errors import LeaseLostError, TryAgainError
from brief_audio.domain.jobs import BACKFILL_PRIORITY
from scheduler.hearings import Hearings
from scheduler.heartbeat import Heart
from scheduler.turn import claimed, give_back, see_through

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 15.0  # for giving a job back; leaves some for all else that ends before a platform's 25 s are over


class Worker:
    """Runs jobs, several at once, and speaks hearings beside them, until it is told to stop; `wake` shortens its wait.

    From two places on, the first takes no backfill: this morning's edition never waits for last year's to end.
    """

    def __init__(self, container: Container) -> None:
        self._container = container
        self._stop = Event()
        places = container.settings.concurrency
        self._places = [
            _Place(container, self._stop, self.wake, takes_backfill=number > 0 or places == 1)
            for number in range(places)
        ]
        self._hearings = Hearings(container, self._stop)

    def start(self) -> None:
        """Begin to look for jobs."""
        for place in self._places:
            place.start()
        self._hearings.start()

    def wake(self) -> None:
        """Look for jobs and hearings now: one free place does, and wakes the next one when it has found a job.

        All at once would only be in each other's way; the one that takes no backfill comes last.
        """
        self._hearings.wake()
        free = next((place for place in reversed(self._places) if place.is_free), None)
        if free is not None:
            free.wake()

    @property
    def is_alive(self) -> bool:
        """Return whether every thread runs; one that ended unasked met something that nobody foresaw."""
        return self._hearings.is_alive and all(place.is_alive for place in self._places)

    def stop(self) -> None:
        """Claim no more, give back the jobs in hand, and wait no more for a store that fails; returns at once."""
        self._stop.set()
        self._hearings.wake()
        for place in self._places:
            place.wake()
        self._container.store.close()

    def join(self, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until every job was given back; do so from here where a request holds one up for too long."""
        end = time.monotonic() + patience_seconds
        for place in self._places:
            place.join(max(0.0, end - time.monotonic()))
        self._hearings.join(max(0.0, end - time.monotonic()))


class _Place:
    """Room for one job in hand: a thread that claims one after the other."""

    def __init__(
        self, container: Container, stop: Event, wake_next: Callable[[], None], *, takes_backfill: bool
    ) -> None:
        self._container = container
        self._stop = stop
        self._wake_next = wake_next
        self._before_priority = None if takes_backfill else BACKFILL_PRIORITY
        self._wake = Event()
        self._claim: Claim | None = None
        # A daemon: a request that cannot be interrupted must not keep the process, once its job was given back.
        self._thread = Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._wake.set()

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    @property
    def is_free(self) -> bool:
        return self._claim is None  # also while it looks for a job: woken then, it looks once more

    def join(self, patience_seconds: float) -> None:
        if self._thread.ident is not None:
            self._thread.join(patience_seconds)
        claim = self._claim
        if self.is_alive and claim is not None:
            logger.warning("job %s: a request that is not answered is left behind", claim.job_id)
            try:
                give_back(self._container, claim)
            except (TryAgainError, LeaseLostError) as error:
                logger.warning("job %s: not given back, its lease will end: %s", claim.job_id, error)

    def _run(self) -> None:
        with Heart() as heart:
            while not self._stop.is_set() and heart.is_alive:
                self._wake.clear()
                if not self._turn(heart) and not self._stop.is_set():
                    self._wake.wait(self._container.settings.poll_seconds)

    def _turn(self, heart: Heart) -> bool:
        try:
            self._claim = claim = claimed(self._container, before_priority=self._before_priority)
            if claim is not None:
                self._wake_next()
                see_through(self._container, claim, self._stop, heart)
        except (TryAgainError, LeaseLostError) as error:
            logger.warning("%s; looking again", error)
            return False
        finally:
            self._claim = None
        return claim is not None
