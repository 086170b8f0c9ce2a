"""A speech child: the process that speaks one utterance after another until its parent hangs up."""

import ctypes
import os
import signal
import socket
import traceback
from collections.abc import Callable

from brief_audio.domain.audio import Sound
from brief_audio.domain.errors import BriefAudioError, SpeechError
from brief_audio.domain.private_folders import PRIVATE_UMASK
from brief_audio.speech import child_messages
from brief_audio.speech.base import SpeechEngine, SpeechRequest

_PR_SET_PDEATHSIG = 1  # from linux/prctl.h
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # from glibc's malloc.h


def main(line: socket.socket, talk: socket.socket, engine_factory: Callable[[], SpeechEngine], parent: int) -> None:
    """Serve requests from `line` until it closes; end immediately if the process `parent` ends.

    Everything that this process or its libraries print goes to `talk`, and from there to the parent's log.
    """
    _stand_apart(parent)
    os.umask(PRIVATE_UMASK)  # this process writes voices converted on first use
    _keep_freed_memory()
    with talk:
        for descriptor in (1, 2):
            os.dup2(talk.fileno(), descriptor)
    worker = _Speaker(engine_factory, line)
    try:
        while worker.serve_next():
            pass
    except child_messages.HungUpError:
        return


class _Speaker:
    def __init__(self, engine_factory: Callable[[], SpeechEngine], line: socket.socket) -> None:
        self._engine_factory = engine_factory
        self._engine: SpeechEngine | None = None
        self._line = line

    def serve_next(self) -> bool:
        """Answer one request; return whether this process can take another."""
        request = child_messages.receive(self._line)
        assert isinstance(request, SpeechRequest)
        answer = self._answer(request)
        child_messages.send(self._line, answer)
        return isinstance(answer, Sound) or answer.is_expected

    def _answer(self, request: SpeechRequest) -> Sound | child_messages.Failure:
        try:
            if self._engine is None:
                self._engine = self._engine_factory()
            self._engine.load(request.voice, request.identity)
            child_messages.send(self._line, child_messages.Loaded())
            return self._engine.speak(request)
        except child_messages.HungUpError:
            raise
        except BriefAudioError as error:
            return child_messages.Failure(error, is_expected=True)
        except Exception as error:  # noqa: BLE001  at the child's edge, any library's error costs one utterance
            told = SpeechError(f"{type(error).__name__}: {error}")
            return child_messages.Failure(told, is_expected=False, trace=traceback.format_exc())


def _stand_apart(parent: int) -> None:
    """Leave the parent's process group, so that the parent handles Ctrl-C, but end when the parent does."""
    os.setpgid(0, 0)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the line above
        os._exit(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _keep_freed_memory() -> None:
    """Make glibc keep the memory torch frees for its next tensor: 8 % less work, same peak (3 paired runs)."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_TRIM_THRESHOLD, 512 << 20)
        _ = mallopt(_M_MMAP_THRESHOLD, 1 << 30) or mallopt(
            _M_MMAP_THRESHOLD, 32 << 20
        )  # older versions reject the first
