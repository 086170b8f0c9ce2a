"""Keeps a job's lease alive from a thread and a connection of its own, while its attempt works."""

import logging
from threading import Event, Thread
from types import TracebackType
from typing import Self

from brief_audio.db import jobs
from brief_audio.domain.errors import TryAgainError
from brief_audio.services.attempt import Attempt

logger = logging.getLogger(__name__)


class Heartbeat:
    """Extends the lease of `attempt` until the block ends; sets `attempt.lease_lost` when somebody else has it.

    A database that does not answer is forgiven for the length of the lease: after that another worker may
    own the job, so `Attempt.check` ends the attempt whether or not it ever hears so.
    """

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._ended = Event()
        self._thread = Thread(target=self._beat, name=f"heartbeat-{attempt.claim.job_id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._ended.wait(self._attempt.rules.heartbeat.total_seconds()):
                if not self._extend():
                    return
        finally:
            if not self._ended.is_set():  # however it came to that: without a heartbeat nobody may go on
                self._attempt.lease_lost.set()

    def _extend(self) -> bool:
        """Extend the lease once; a database that does not answer is left to `Attempt.check`, which knows the time."""
        began = self._attempt.monotonic()
        try:
            with self._attempt.db.transaction() as session:
                is_mine = jobs.heartbeat(session, self._attempt.claim, self._attempt.rules)
        except TryAgainError as error:
            logger.warning("job %s: no heartbeat: %s", self._attempt.claim.job_id, error)
            return True
        if is_mine:
            self._attempt.lease_extended(began)
        return is_mine
