"""A slot of the speech pool: one thread that has at most one child, and hands it one utterance at a time.

The kernel kills a child when the *thread* that started it ends, so a slot starts and replaces its child itself.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from types import TracebackType

from brief_audio.domain.audio import Sound, check_spoken
from brief_audio.domain.errors import SpeechError, StoppingError
from brief_audio.speech.base import SpeechRequest
from brief_audio.speech.child_process import SpeechChild

_PATIENCE_SECONDS = 0.5  # for an idle child to leave by itself


@dataclass(frozen=True, slots=True)
class Job:
    """One utterance, and where its sound shall go."""

    request: SpeechRequest
    future: Future[Sound]


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a child may take, wait and last."""

    load_seconds: float
    utterance_seconds: float
    idle_seconds: float
    max_child_utterances: int | None


class Slot:
    """Serves `jobs` in a thread of its own until it takes None from it or `stop` is called."""

    def __init__(
        self, jobs: "queue.SimpleQueue[Job | None]", start_child: Callable[[], SpeechChild], limits: Limits
    ) -> None:
        self._jobs = jobs
        self._start_child = start_child
        self._limits = limits
        self._lock = threading.Lock()  # guards the two below, which `stop` uses from another thread
        self._child: SpeechChild | None = None
        self._is_stopping = False
        self._utterances = 0
        self._thread = threading.Thread(target=self._run, name="speech-slot", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Interrupt the utterance being spoken, if any; the thread ends its child and leaves after it."""
        with self._lock:
            self._is_stopping = True
            if self._child is not None:
                self._child.interrupt()

    def join(self, seconds: float) -> None:
        """Wait for the thread to have ended its child and left."""
        self._thread.join(seconds)

    def _run(self) -> None:
        while (job := self._next_job()) is not None:
            if job.future.set_running_or_notify_cancel():
                with _answering(job.future):
                    job.future.set_result(self._speak(job.request))
        self._end_child()

    def _next_job(self) -> Job | None:
        """Return the next job; a child that has had none for long is ended, for it holds half a gigabyte."""
        while True:
            try:
                return self._jobs.get(timeout=self._limits.idle_seconds if self._child else None)
            except queue.Empty:
                self._end_child()

    def _speak(self, request: SpeechRequest) -> Sound:
        child = self._fit_child()
        try:
            sound = child.ask(
                request,
                load_seconds=self._limits.load_seconds,
                utterance_seconds=self._limits.utterance_seconds,
            )
        except SpeechError:
            if self._is_stopping:
                raise StoppingError("the speech pool was closed while it spoke") from None
            raise
        finally:
            if not child.is_fit:
                self._end_child()
        self._utterances += 1
        check_spoken(sound, request.text)
        return sound

    def _fit_child(self) -> SpeechChild:
        is_worn = self._utterances == self._limits.max_child_utterances
        if self._child is not None and (is_worn or not self._child.is_alive()):
            self._end_child()
        if self._child is None:
            started = self._start_child()
            with self._lock:
                self._child = started
                self._utterances = 0
        if self._is_stopping:
            raise StoppingError("the speech pool was closed")
        return self._child

    def _end_child(self) -> None:
        with self._lock:
            child, self._child = self._child, None
        if child is not None:
            child.end(patience_seconds=_PATIENCE_SECONDS if child.is_fit else 0)


class _answering:  # noqa: N801  it reads as a word in a `with`
    """Whatever is raised inside goes to the future, as with every executor: the thread goes on."""

    def __init__(self, future: Future[Sound]) -> None:
        self._future = future

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is not None:
            self._future.set_exception(error)
        return isinstance(error, Exception)
