"""What the slots of the pool wait at: utterances by priority, turn and submission, given to warm children first."""

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
class Job:
    """One utterance, and where its sound shall go."""

    request: SpeechRequest
    future: Future[Sound]
    context: Context = field(default_factory=copy_context)  # so that what is logged names the work it is spoken for


class ClosedError(Exception):
    """The queue was closed: there will be no more jobs."""


class JobQueue:
    """Any number of threads may put and take; a slot without a child takes only what the warm ones cannot."""

    def __init__(self) -> None:
        self._jobs: list[tuple[int, int, int, Job]] = []  # a heap: priority, turn, number, job
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._waiting_warm = 0
        self._waiting_cold = 0
        self._is_closed = False

    def put(self, job: Job) -> bool:
        """Add a job; return whether more jobs wait than slots, so that another slot would help.

        Raise `ClosedError`.
        """
        with self._changed:
            if self._is_closed:
                raise ClosedError
            heapq.heappush(self._jobs, (job.request.priority, job.request.turn, next(self._numbers), job))
            self._changed.notify_all()
            return len(self._jobs) > self._waiting_warm + self._waiting_cold

    def take(self, *, is_warm: bool, seconds: float | None) -> Job | None:
        """Return the next job, None when there was none for `seconds`; raise `ClosedError`."""
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

    def close(self) -> list[Job]:
        """Let everybody who waits leave; return the jobs that nobody took."""
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
