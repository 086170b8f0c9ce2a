"""A speech child as its parent uses it: start it, send it requests, end it."""

import logging
import multiprocessing
import os
import pickle
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess

from brief_audio.domain.audio import Sound
from brief_audio.domain.errors import SpeechCrashedError, SpeechError, SpeechTimeoutError, VoiceUnavailableError
from brief_audio.domain.process_memory import memory_mib
from brief_audio.speech import child, child_messages
from brief_audio.speech.base import SpeechEngine, SpeechRequest
from brief_audio.speech.child_log import ChildLog

_log = logging.getLogger(__name__)

_SPAWN = multiprocessing.get_context("spawn")
# Starting a process also reaps ended ones from any thread, so only one thread may start or reap at a time.
_REAPING = threading.Lock()


class DiedIdleError(SpeechCrashedError):
    """The process ended between its last utterance and this one: asking another process costs no try."""


class SpeechChild:
    """One process. Start, use and end it from the same thread, and keep that thread: the process dies with it."""

    def __init__(self, engine_factory: Callable[[], SpeechEngine]) -> None:
        """Start the process; raise `SpeechCrashedError` if the system can't."""
        self.is_fit = True
        self._has_spoken = False
        with ExitStack() as undo:
            try:
                self._line, theirs = (undo.enter_context(end) for end in socket.socketpair())
                self._talk = ChildLog()
                undo.callback(self._talk.close)
                with theirs, self._talk.far_end as talk:
                    self._process = _started(theirs, talk, engine_factory)
            except OSError as error:
                raise SpeechCrashedError(f"cannot start a speech process: {error}") from error
            undo.pop_all()
        self._talk.relay()

    def is_alive(self) -> bool:
        """Return whether the process is running and can take another request."""
        return self.is_fit and not self._is_gone_after(0)

    def ask(self, request: SpeechRequest, *, load_seconds: float, utterance_seconds: float) -> Sound:
        """Return the answer to `request`; after any error except the engine's own, the process is unfit.

        Raise `VoiceUnavailableError` if the voice is not loaded after `load_seconds`, `SpeechTimeoutError` if the
        utterance takes more than `utterance_seconds`, `SpeechCrashedError` if the process ends, `DiedIdleError` if it
        ended after an earlier utterance, or the error that it reports.
        """
        was_fit, self.is_fit = self.is_fit, False
        assert was_fit
        try:
            child_messages.send(self._line, request, seconds=load_seconds)
            answer = child_messages.receive(self._line, seconds=load_seconds)
        except TimeoutError:
            raise VoiceUnavailableError(f"the voice {request.voice!r} did not load in {load_seconds:g} s") from None
        except child_messages.HungUpError:
            raise self._crashed(DiedIdleError if self._has_spoken else SpeechCrashedError) from None
        if isinstance(answer, child_messages.Loaded):
            answer = self._receive_sound(utterance_seconds)
        return self._unwrap(answer)

    def interrupt(self) -> None:
        """Hang up, from any thread: a caller waiting for an answer gets `SpeechCrashedError`."""
        try:
            self._line.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it has ended by itself

    def end(self, *, patience_seconds: float) -> None:
        """Hang up and wait up to `patience_seconds` for the process to exit, then kill it; return once it is gone."""
        self._line.close()
        if not self._is_gone_after(patience_seconds):
            self._process.kill()
            self._is_gone_after(None)
        self._talk.close()

    def memory_mib(self) -> int:
        """Return the process's private memory, without shared files and libraries, in MiB; 0 once it is gone."""
        return memory_mib(self._process.pid or 0)

    def _receive_sound(self, utterance_seconds: float) -> child_messages.Message:
        try:
            return child_messages.receive(self._line, seconds=utterance_seconds)
        except TimeoutError:
            raise SpeechTimeoutError(f"an utterance took more than {utterance_seconds:g} s") from None
        except child_messages.HungUpError:
            raise self._crashed() from None

    def _unwrap(self, answer: child_messages.Message) -> Sound:
        match answer:
            case Sound():
                self.is_fit = self._has_spoken = True
                return answer
            case child_messages.Failure(error, is_expected, trace):
                self.is_fit = is_expected
                if trace:
                    _log.warning("an utterance failed with an unexpected error: %s", trace.strip())
                raise error
            case _:
                raise SpeechError(f"the speech process sent an unexpected answer: {type(answer).__name__}")

    def _crashed(self, kind: type[SpeechCrashedError] = SpeechCrashedError) -> SpeechCrashedError:
        if not self._is_gone_after(1):
            return kind("the speech process hung up")
        code = self._process.exitcode or 0
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"exited with status {code}"
        return kind(f"the speech process {how}")

    def _is_gone_after(self, seconds: float | None) -> bool:
        if not wait([self._process.sentinel], seconds):
            return False
        with _REAPING:
            self._process.join()
        return True


def check_picklable(engine_factory: Callable[[], SpeechEngine]) -> None:
    """Raise `TypeError` now, rather than at the first utterance, if the factory can't be passed to a child."""
    try:
        pickle.dumps(engine_factory)
    except (pickle.PicklingError, AttributeError) as error:
        raise TypeError(f"{engine_factory!r} cannot be passed to a child process: {error}") from error


def _started(line: socket.socket, talk: socket.socket, engine_factory: Callable[[], SpeechEngine]) -> SpawnProcess:
    arguments = (line, talk, engine_factory, os.getpid())
    process = _SPAWN.Process(target=child.main, args=arguments, name="speech", daemon=True)
    with _REAPING, _sigint_blocked():
        process.start()
    return process


@contextmanager
def _sigint_blocked() -> Iterator[None]:
    """Prevent Ctrl-C from ending a child that is still in our process group; it inherits the mask."""
    resource_tracker.ensure_running()  # otherwise `start` does this, which unblocks SIGINT
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
