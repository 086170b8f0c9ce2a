"""Keep a lease alive while its attempt works, from a separate thread and connection."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self

from brief_audio.db import work
from brief_audio.domain.errors import TryAgainError
from brief_audio.logs import working_on
from brief_audio.services.work.attempt import Attempt

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.5  # starting or waking a thread per attempt would make short work a fifth slower
AGAIN_AFTER_SECONDS = 1.0  # a failed heartbeat may have used most of the lease


class Heart:
    """Extend the lease of one attempt after another, in a context that runs its thread; each place in a worker has one.

    A heartbeat extends the lease, or sets `attempt.lease_lost` if another worker owns it. If the database doesn't
    answer, the attempt continues until the lease expires. After that another worker may own the work, so
    `Attempt.check` ends the attempt even without an answer.
    """

    def __init__(self, *, look_seconds: float = LOOK_SECONDS) -> None:
        self._look_seconds = look_seconds
        self._stopped = Event()
        self._beat_over = Lock()
        self._attempt: Attempt | None = None
        self._due = 0.0
        self._thread = Thread(target=self._run, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._thread.join()

    @property
    def is_alive(self) -> bool:
        """Return whether the thread runs; if it ended unexpectedly, no work may be started with it."""
        return self._thread.is_alive()

    @contextmanager
    def beating(self, attempt: Attempt) -> Iterator[None]:
        """Extend the lease of `attempt` until the block ends; no heartbeat is in flight after that."""
        self._due = attempt.monotonic() + attempt.rules.heartbeat.total_seconds()
        self._attempt = attempt
        try:
            yield
        finally:
            self._attempt = None
            with self._beat_over:
                pass

    def _run(self) -> None:
        try:
            while not self._stopped.wait(self._look_seconds):
                with self._beat_over:
                    self._look(self._attempt)
        finally:
            attempt = self._attempt
            if attempt is not None:  # whatever ended it: no attempt may continue without a heartbeat
                attempt.lease_lost.set()

    def _look(self, attempt: Attempt | None) -> None:
        if attempt is None or attempt.lease_lost.is_set() or attempt.monotonic() < self._due:
            return
        wait = attempt.rules.heartbeat.total_seconds()
        try:
            if not _extend(attempt):
                attempt.lease_lost.set()
        except TryAgainError as error:  # `Attempt.check` enforces the limit
            with working_on(attempt.claim.context):  # this thread is not the one that does the work
                logger.warning("no heartbeat: %s", error)
            wait = min(wait, AGAIN_AFTER_SECONDS)
        self._due = attempt.monotonic() + wait


def _extend(attempt: Attempt) -> bool:
    """Extend the lease once; return False if another worker owns it."""
    began = attempt.monotonic()
    with attempt.db.transaction() as session:
        is_mine = work.extend(session, attempt.claim, attempt.rules)
    if is_mine:
        attempt.lease_extended(began)
    return is_mine
