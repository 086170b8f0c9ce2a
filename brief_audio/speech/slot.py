"""A slot of the speech pool: one thread that has at most one child, and hands it one utterance at a time.

The kernel kills a child when the *thread* that started it ends, so a slot starts and replaces its child itself.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from types import TracebackType

from brief_audio.domain.audio import Sound, check_spoken
from brief_audio.domain.errors import SpeechError, StoppingError
from brief_audio.speech.base import SpeechRequest
from brief_audio.speech.child_process import DiedIdleError, SpeechChild
from brief_audio.speech.job_queue import ClosedError, JobQueue

_log = logging.getLogger(__name__)

_PATIENCE_SECONDS = 0.5  # for an idle child to leave by itself


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a child may take, wait and last, and how large it may grow."""

    load_seconds: float
    utterance_seconds: float
    idle_seconds: float
    child_utterances: int | None = None
    child_memory_mib: int | None = None


class Slot:
    """Serves `jobs` in a thread of its own until they are closed."""

    def __init__(self, jobs: JobQueue, start_child: Callable[[], SpeechChild], limits: Limits) -> None:
        self._jobs = jobs
        self._start_child = start_child
        self._limits = limits
        self._lock = threading.Lock()  # guards the two below, which `stop` uses from another thread
        self._child: SpeechChild | None = None
        self._is_stopping = False
        self._utterances = 0  # that the child has spoken
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
        try:
            while True:
                self._serve_next()
        except ClosedError:
            self._end_child()

    def _serve_next(self) -> None:
        """Serve the next job; a child that has had none for long is ended, for it holds half a gigabyte."""
        is_warm = self._child is not None
        job = self._jobs.take(is_warm=is_warm, seconds=self._limits.idle_seconds if is_warm else None)
        if job is None:
            self._end_child()
        elif job.future.set_running_or_notify_cancel():
            with _answering(job.future):
                job.future.set_result(job.context.run(self._speak, job.request))

    def _speak(self, request: SpeechRequest) -> Sound:
        try:
            sound = self._ask(request)
        except SpeechError:
            if self._is_stopping:
                raise StoppingError("the speech pool was closed while it spoke") from None
            raise
        self._utterances += 1
        self._end_child_if_large()
        check_spoken(sound, request.text, speed=request.speed)
        return sound

    def _ask(self, request: SpeechRequest) -> Sound:
        """Ask the child, and once more a new one where it turns out to have died since its last utterance."""
        try:
            return self._ask_child(request)
        except DiedIdleError:
            if self._is_stopping:
                raise
            return self._ask_child(request)

    def _ask_child(self, request: SpeechRequest) -> Sound:
        child = self._fit_child()
        try:
            return child.ask(
                request,
                load_seconds=self._limits.load_seconds,
                utterance_seconds=self._limits.utterance_seconds,
            )
        finally:
            if not child.is_fit:
                self._end_child()

    def _fit_child(self) -> SpeechChild:
        is_worn = self._utterances == self._limits.child_utterances
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

    def _end_child_if_large(self) -> None:
        """Replace a child that has grown beyond the limit before the kernel ends it, or a neighbour, for that."""
        most = self._limits.child_memory_mib
        if most is None or self._child is None:
            return
        memory_mib = self._child.memory_mib()
        if memory_mib > most:
            _log.info(
                "a speech process holds %d MiB after %d utterances, more than %d: it is replaced",
                memory_mib,
                self._utterances,
                most,
            )
            self._end_child()

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
