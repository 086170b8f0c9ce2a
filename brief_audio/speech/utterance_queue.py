"""The queue of the speech pool: utterances by priority, turn and submission, taken by warm children first."""

import heapq
import itertools
import threading
import time
from concurrent.futures import Future
from contextvars import Context, copy_context
from dataclasses import dataclass, field

from brief_audio.domain.audio import Sound
from brief_audio.speech.base import SpeechRequest


@dataclass(frozen=True, slots=True)
class QueuedUtterance:
    """One utterance, and the future for its audio."""

    request: SpeechRequest
    future: Future[Sound]
    context: Context = field(default_factory=copy_context)  # so that log lines name the work it belongs to


class ClosedError(Exception):
    """The queue is closed and will return no more jobs."""


class UtteranceQueue:
    """A queue for any number of threads; a slot without a child takes only jobs that the warm ones can't."""

    def __init__(self) -> None:
        self._jobs: list[tuple[int, int, int, QueuedUtterance]] = []  # a heap: priority, turn, number, job
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._waiting_warm = 0
        self._waiting_cold = 0
        self._is_closed = False

    def put(self, job: QueuedUtterance) -> bool:
        """Add a job; return whether more jobs than slots are waiting, so that another slot would help.

        Raise `ClosedError` if the queue is closed.
        """
        with self._changed:
            if self._is_closed:
                raise ClosedError
            heapq.heappush(self._jobs, (job.request.priority, job.request.turn, next(self._numbers), job))
            self._changed.notify_all()
            return len(self._jobs) > self._waiting_warm + self._waiting_cold

    def take(self, *, is_warm: bool, seconds: float | None) -> QueuedUtterance | None:
        """Return the next job, or None if there is none for `seconds`; raise `ClosedError` if the queue is closed."""
        end = None if seconds is None else time.monotonic() + seconds
        with self._changed:
            self._count(is_warm, 1)
            try:
                while not self._is_closed and not self._is_for(is_warm):
                    left = None if end is None else end - time.monotonic()
                    if left is not None and left <= 0:
                        return None
                    self._changed.wait(left)
                if self._is_closed:
                    raise ClosedError
                return heapq.heappop(self._jobs)[-1]
            finally:
                self._count(is_warm, -1)

    def close(self) -> list[QueuedUtterance]:
        """Release all waiting threads; return the jobs that were not taken."""
        with self._changed:
            self._is_closed = True
            left = [job for *_, job in sorted(self._jobs, key=lambda entry: entry[:3])]
            self._jobs.clear()
            self._changed.notify_all()
            return left

    def _is_for(self, is_warm: bool) -> bool:
        return len(self._jobs) > (0 if is_warm else self._waiting_warm)

    def _count(self, is_warm: bool, change: int) -> None:
        if is_warm:
            self._waiting_warm += change
        else:
            self._waiting_cold += change
        self._changed.notify_all()
