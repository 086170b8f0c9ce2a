"""The speech pool: speech in child processes, so that a hang or a crash there costs one try of one utterance."""

import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from functools import partial

from brief_audio.domain.audio import Sound
from brief_audio.domain.errors import StoppingError
from brief_audio.speech.base import SpeechEngine, SpeechRequest, VoiceCard, VoiceIdentity, go_on
from brief_audio.speech.child_process import SpeechChild, check_picklable
from brief_audio.speech.job_queue import ClosedError, Job, JobQueue
from brief_audio.speech.slot import Limits, Slot

_MOST_BY_DEFAULT = 4
_CLOSE_SECONDS = 5.0


def default_processes() -> int:
    """Return how many children suit this machine: one for each core that we may use, at most four."""
    return min(_MOST_BY_DEFAULT, len(os.sched_getaffinity(0)))


class SpeechPool:
    """A `SpeechService` whose children start as utterances need them and leave after `idle_seconds` without work.

    Utterances are spoken by priority, turn and submission, one by each child, by those that have a
    voice in memory first. Nothing is tried twice: a child that hangs, crashes or is killed fails the one future that
    it worked for, and the next utterance gets a new child, as it does where a child has grown beyond
    `child_memory_mib`.
    """

    def __init__(
        self,
        engine_factory: Callable[[], SpeechEngine],
        processes: int | None = None,
        *,
        utterance_seconds: float = 60.0,
        load_seconds: float = 120.0,
        idle_seconds: float = 300.0,
        child_utterances: int | None = None,
        child_memory_mib: int | None = None,
    ) -> None:
        check_picklable(engine_factory)
        self._engine = engine_factory()  # for what needs no voice in memory
        self._start_child = partial(SpeechChild, engine_factory)
        self._processes = processes or default_processes()
        self._limits = Limits(
            load_seconds=load_seconds,
            utterance_seconds=utterance_seconds,
            idle_seconds=idle_seconds,
            child_utterances=child_utterances,
            child_memory_mib=child_memory_mib,
        )
        self._lock = threading.Lock()
        self._jobs = JobQueue()
        self._slots: list[Slot] = []

    def voices(self) -> tuple[VoiceCard, ...]:
        """Return the voices that can be asked for."""
        return self._engine.voices()

    def identify(self, voice: str, check: Callable[[], None] = go_on) -> VoiceIdentity:
        """Return the identity of a voice, as `SpeechEngine.identify` does."""
        return self._engine.identify(voice, check)

    def submit(self, request: SpeechRequest) -> Future[Sound]:
        """Queue one try of one utterance; raise `StoppingError` once the pool is closed.

        The future raises what the engine raised, `BadSoundError` for a sound that cannot be this text,
        `SpeechTimeoutError`, `SpeechCrashedError`, or `StoppingError` where the pool was closed before it was done.
        """
        future: Future[Sound] = Future()
        with self._lock:
            try:
                is_short = self._jobs.put(Job(request, future))
            except ClosedError:
                raise StoppingError("the speech pool is closed") from None
            if is_short and len(self._slots) < self._processes:
                self._slots.append(Slot(self._jobs, self._start_child, self._limits))
        return future

    def cancel_all(self, futures: Iterable[Future[Sound]]) -> None:
        """Cancel those that have not begun; an utterance being spoken is let finish, and its sound dropped."""
        for future in futures:
            future.cancel()

    def close(self) -> None:
        """End every child, idle or busy, and return when they are gone; safe to call twice."""
        with self._lock:
            for job in self._jobs.close():
                if job.future.set_running_or_notify_cancel():
                    job.future.set_exception(StoppingError("the speech pool was closed"))
            for slot in self._slots:
                slot.stop()
        for slot in self._slots:
            slot.join(_CLOSE_SECONDS)
