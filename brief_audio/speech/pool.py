"""The speech pool: speech in child processes, so that a hang or crash costs one try of one utterance."""

import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from functools import partial

from brief_audio.domain.audio import Sound
from brief_audio.domain.errors import StoppingError
from brief_audio.speech.base import SpeechEngine, SpeechRequest, VoiceCard, VoiceIdentity, go_on
from brief_audio.speech.child_process import SpeechChild, check_picklable
from brief_audio.speech.pool_slot import ChildLimits, PoolSlot
from brief_audio.speech.utterance_queue import ClosedError, QueuedUtterance, UtteranceQueue

_MOST_BY_DEFAULT = 4
_CLOSE_SECONDS = 5.0


def default_processes() -> int:
    """Return how many children suit this machine: one per core available to us, at most four."""
    return min(_MOST_BY_DEFAULT, len(os.sched_getaffinity(0)))


class SpeechPool:
    """A `SpeechService` whose children start when utterances need them and end after `idle_seconds` without work.

    Utterances are spoken by priority, turn and submission, one per child, with preference for children that have a
    voice loaded. The pool never retries: a child that hangs, crashes or is killed fails only the future it is working
    on, and the next utterance gets a new child. A child larger than `child_memory_mib` is replaced, too.
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
        self._engine = engine_factory()  # for calls that need no loaded voice
        self._start_child = partial(SpeechChild, engine_factory)
        self._processes = processes or default_processes()
        self._limits = ChildLimits(
            load_seconds=load_seconds,
            utterance_seconds=utterance_seconds,
            idle_seconds=idle_seconds,
            child_utterances=child_utterances,
            child_memory_mib=child_memory_mib,
        )
        self._lock = threading.Lock()
        self._jobs = UtteranceQueue()
        self._slots: list[PoolSlot] = []

    def voices(self) -> tuple[VoiceCard, ...]:
        """Return the available voices."""
        return self._engine.voices()

    def identify(self, voice: str, check: Callable[[], None] = go_on) -> VoiceIdentity:
        """Return the identity of a voice, as `SpeechEngine.identify` does."""
        return self._engine.identify(voice, check)

    def submit(self, request: SpeechRequest) -> Future[Sound]:
        """Queue one try of one utterance; raise `StoppingError` once the pool is closed.

        The future raises the engine's error, `BadSoundError` for audio that can't be this text, `SpeechTimeoutError`,
        `SpeechCrashedError`, or `StoppingError` if the pool was closed first.
        """
        future: Future[Sound] = Future()
        with self._lock:
            try:
                is_short = self._jobs.put(QueuedUtterance(request, future))
            except ClosedError:
                raise StoppingError("the speech pool is closed") from None
            if is_short and len(self._slots) < self._processes:
                self._slots.append(PoolSlot(self._jobs, self._start_child, self._limits))
        return future

    def cancel_all(self, futures: Iterable[Future[Sound]]) -> None:
        """Cancel those that have not started; an utterance being spoken is finished and its audio discarded."""
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
