"""Keeps a job's lease alive from a thread and a connection of its own, while its attempt works."""

import logging
import time
from threading import Event, Thread
from types import TracebackType
from typing import Self

from brief_audio.db import jobs
from brief_audio.domain.errors import TryAgainError
from brief_audio.services.attempt import Attempt

logger = logging.getLogger(__name__)


class Heartbeat:
    """Extends the lease of `attempt` until the block ends; sets `attempt.lease_lost` when that fails.

    A database that does not answer is forgiven for the length of the lease: after that another worker may
    own the job, so this one must stop whether or not it ever hears so.
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
        rules = self._attempt.rules
        good_until = time.monotonic() + rules.lease.total_seconds()
        while not self._ended.wait(rules.heartbeat.total_seconds()):
            began = time.monotonic()
            try:
                is_mine = self._extend()
            except TryAgainError as error:
                logger.warning("job %s: no heartbeat: %s", self._attempt.claim.job_id, error)
                is_mine = time.monotonic() < good_until
            else:
                good_until = began + rules.lease.total_seconds()
            if not is_mine:
                self._attempt.lease_lost.set()
                return

    def _extend(self) -> bool:
        with self._attempt.db.transaction() as session:
            return jobs.heartbeat(session, self._attempt.claim, self._attempt.rules)
