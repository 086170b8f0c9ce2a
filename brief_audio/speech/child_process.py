"""A speech child as its parent sees it: started, asked, ended."""

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
from brief_audio.domain.errors import (
    SpeechCrashedError,
    SpeechError,
    SpeechTimeoutError,
    VoiceUnavailableError,
)
from brief_audio.process_memory import memory_mib
from brief_audio.speech import child, wire
from brief_audio.speech.base import SpeechEngine, SpeechRequest
from brief_audio.speech.talk import Talk

_log = logging.getLogger(__name__)

_SPAWN = multiprocessing.get_context("spawn")
# Starting a process also reaps those that ended, of any thread: only one may start or reap at a time.
_REAPING = threading.Lock()


class DiedIdleError(SpeechCrashedError):
    """The process ended after its last utterance and before this one began: asking another costs no try."""


class SpeechChild:
    """One process. Start, ask and end it from one thread, and keep that thread: the process dies with it."""

    def __init__(self, engine_factory: Callable[[], SpeechEngine]) -> None:
        """Start the process; raise `SpeechCrashedError` where the system has no room for it."""
        self.is_fit = True
        self._has_spoken = False
        with ExitStack() as undo:
            try:
                self._line, theirs = (undo.enter_context(end) for end in socket.socketpair())
                self._talk = Talk()
                undo.callback(self._talk.close)
                with theirs, self._talk.far_end as talk:
                    self._process = _started(theirs, talk, engine_factory)
            except OSError as error:
                raise SpeechCrashedError(f"no process can be started to speak in: {error}") from error
            undo.pop_all()
        self._talk.relay()

    def is_alive(self) -> bool:
        """Return whether the process is there and fit for another request."""
        return self.is_fit and not self._is_gone_after(0)

    def ask(self, request: SpeechRequest, *, load_seconds: float, utterance_seconds: float) -> Sound:
        """Return what the process says to `request`; on any error but the engine's own it is unfit from then on.

        Raise `VoiceUnavailableError` when the voice is not loaded after `load_seconds`, `SpeechTimeoutError` when the
        utterance takes more than `utterance_seconds`, `SpeechCrashedError` when the process ends, `DiedIdleError` when
        it had spoken before and has ended since, or what it reports.
        """
        was_fit, self.is_fit = self.is_fit, False
        assert was_fit
        try:
            wire.send(self._line, request, seconds=load_seconds)
            answer = wire.receive(self._line, seconds=load_seconds)
        except TimeoutError:
            raise VoiceUnavailableError(f"the voice {request.voice!r} did not load in {load_seconds:g} s") from None
        except wire.HungUpError:
            raise self._crashed(DiedIdleError if self._has_spoken else SpeechCrashedError) from None
        if isinstance(answer, wire.Loaded):
            answer = self._receive_sound(utterance_seconds)
        return self._unwrap(answer)

    def interrupt(self) -> None:
        """Hang up, from any thread: whoever waits for an answer gets `SpeechCrashedError`."""
        try:
            self._line.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it has ended by itself

    def end(self, *, patience_seconds: float) -> None:
        """Hang up, wait that long for the process to leave, kill it if it has not; return when it is gone."""
        self._line.close()
        if not self._is_gone_after(patience_seconds):
            self._process.kill()
            self._is_gone_after(None)
        self._talk.close()

    def memory_mib(self) -> int:
        """Return what the process holds for itself, without files and libraries that it shares; 0 once it is gone."""
        return memory_mib(self._process.pid or 0)

    def _receive_sound(self, utterance_seconds: float) -> wire.Message:
        try:
            return wire.receive(self._line, seconds=utterance_seconds)
        except TimeoutError:
            raise SpeechTimeoutError(f"an utterance was not spoken in {utterance_seconds:g} s") from None
        except wire.HungUpError:
            raise self._crashed() from None

    def _unwrap(self, answer: wire.Message) -> Sound:
        match answer:
            case Sound():
                self.is_fit = self._has_spoken = True
                return answer
            case wire.Failure(error, is_expected, trace):
                self.is_fit = is_expected
                if trace:
                    _log.warning("an utterance failed in a way nobody foresaw: %s", trace.strip())
                raise error
            case _:
                raise SpeechError(f"the process that spoke answered {type(answer).__name__}")

    def _crashed(self, kind: type[SpeechCrashedError] = SpeechCrashedError) -> SpeechCrashedError:
        if not self._is_gone_after(1):
            return kind("the process that spoke hung up")
        code = self._process.exitcode or 0
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended by itself with status {code}"
        return kind(f"the process that spoke {how}")

    def _is_gone_after(self, seconds: float | None) -> bool:
        if not wait([self._process.sentinel], seconds):
            return False
        with _REAPING:
            self._process.join()
        return True


def check_picklable(engine_factory: Callable[[], SpeechEngine]) -> None:
    """Raise `TypeError` now rather than at the first utterance, if a child cannot be given the factory."""
    try:
        pickle.dumps(engine_factory)
    except (pickle.PicklingError, AttributeError) as error:
        raise TypeError(f"a child process cannot be given {engine_factory!r}: {error}") from error


def _started(line: socket.socket, talk: socket.socket, engine_factory: Callable[[], SpeechEngine]) -> SpawnProcess:
    arguments = (line, talk, engine_factory, os.getpid())
    process = _SPAWN.Process(target=child.main, args=arguments, name="speech", daemon=True)
    with _REAPING, _sigint_blocked():
        process.start()
    return process


@contextmanager
def _sigint_blocked() -> Iterator[None]:
    """Keep a Ctrl-C from ending a child that has not yet left the process group; it inherits the mask."""
    resource_tracker.ensure_running()  # otherwise `start` does it, and that unblocks SIGINT
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
