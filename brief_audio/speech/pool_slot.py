"""A slot of the speech pool: one thread with at most one child, which gets one utterance at a time.

The kernel kills a child when the *thread* that started it ends, so each slot starts and replaces its own child.
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
from brief_audio.speech.utterance_queue import ClosedError, UtteranceQueue

_log = logging.getLogger(__name__)

_PATIENCE_SECONDS = 0.5  # for an idle child to exit by itself


@dataclass(frozen=True, slots=True)
class ChildLimits:
    """Time limits of a child, and limits on its age and size."""

    load_seconds: float
    utterance_seconds: float
    idle_seconds: float
    child_utterances: int | None = None
    child_memory_mib: int | None = None


class PoolSlot:
    """Serve `jobs` in a separate thread until they are closed."""

    def __init__(self, jobs: UtteranceQueue, start_child: Callable[[], SpeechChild], limits: ChildLimits) -> None:
        self._jobs = jobs
        self._start_child = start_child
        self._limits = limits
        self._lock = threading.Lock()  # guards the next two, which `stop` uses from another thread
        self._child: SpeechChild | None = None
        self._is_stopping = False
        self._utterances = 0  # spoken by the child
        self._thread = threading.Thread(target=self._run, name="speech-slot", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Interrupt the utterance being spoken, if any; the thread then ends its child and exits."""
        with self._lock:
            self._is_stopping = True
            if self._child is not None:
                self._child.interrupt()

    def join(self, seconds: float) -> None:
        """Wait until the thread has ended its child and exited."""
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            while True:
                self._serve_next()
        except ClosedError:
            self._end_child()

    def _serve_next(self) -> None:
        """Serve the next job, or end a child that has been idle for long, since it uses half a gigabyte."""
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
                raise StoppingError("the speech pool was closed during the utterance") from None
            raise
        self._utterances += 1
        self._end_child_if_large()
        check_spoken(sound, request.text, speed=request.speed)
        return sound

    def _ask(self, request: SpeechRequest) -> Sound:
        """Ask the child; if it turns out to have died since its last utterance, ask a new one once."""
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
        """Replace a child that exceeds the memory limit, before the kernel kills it or another process."""
        most = self._limits.child_memory_mib
        if most is None or self._child is None:
            return
        memory_mib = self._child.memory_mib()
        if memory_mib > most:
            _log.info(
                "replacing a speech process that uses %d MiB after %d utterances (limit %d MiB)",
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


class _answering:  # noqa: N801  reads like a function in a `with`
    """Pass any error in the block to the future, like every executor; the thread continues."""

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
