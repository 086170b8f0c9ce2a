"""An engine that speaks as the tone engine does, but for texts and voices that ask for a fault."""

import os
import resource
import signal
import sys
import time
from pathlib import Path

import numpy as np

from brief_audio.domain.audio import Sound
from brief_audio.domain.errors import BadSoundError, UnspeakableTextError, VoiceUnavailableError
from brief_audio.speech.tone import ToneEngine


class FaultyEngine(ToneEngine):
    """`load_fault` is what every load does; the first word of a text is what speaking it does."""

    def __init__(self, load_fault="", marker=None):
        super().__init__()
        self.load_fault = load_fault
        self.marker = marker
        self.hoard = []
        self.has_spoken = False

    def load(self, voice, identity=None):
        super().load(voice, identity)
        match self.load_fault:
            case "hang":
                time.sleep(3600)
            case "unavailable":
                raise VoiceUnavailableError("the disk is full")
            case "unavailable once" if not Path(self.marker).exists():
                Path(self.marker).touch()
                raise VoiceUnavailableError("the disk is full")
            case "bug":
                raise RuntimeError("size mismatch")
            case "exit":
                os._exit(3)
            case "exit once it has spoken" if self.has_spoken:
                os._exit(4)

    def speak(self, request):
        self.has_spoken = True
        word, _, rest = request.text.partition(" ")
        fault = getattr(self, f"_{word}", None)
        return fault(rest) if fault else super().speak(request)

    def _pid(self, rest):
        return Sound(np.full(22050, os.getpid(), dtype=np.float32), 22050)

    def _hang(self, rest):
        time.sleep(3600)

    def _freeze(self, rest):
        os.kill(os.getpid(), signal.SIGSTOP)

    def _exit(self, status):
        os._exit(int(status))

    def _kill(self, rest):
        os.kill(os.getpid(), signal.SIGKILL)

    def _wait(self, path):
        Path(f"{path}.begun").touch()
        while not Path(path).exists():
            time.sleep(0.01)
        return _three_seconds()

    def _bug(self, rest):
        raise ValueError(rest)

    def _refuse(self, rest):
        raise UnspeakableTextError(rest)

    def _bad(self, rest):
        raise BadSoundError(rest)

    def _print(self, rest):
        sys.stdout.write(rest)
        sys.stdout.flush()
        return _three_seconds()

    def _starve(self, rest):
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
        return np.ones(1 << 32, dtype=np.uint8)

    def _grow(self, mebibytes):
        self.hoard.append(np.ones(int(mebibytes) << 20, dtype=np.uint8))
        return self._pid(mebibytes)

    def _short(self, rest):
        return Sound(np.full(2205, 0.5, dtype=np.float32), 22050)

    def _nan(self, rest):
        return Sound(np.full(22050, np.nan, dtype=np.float32), 22050)

    def _empty(self, rest):
        return Sound(np.zeros(0, dtype=np.float32), 22050)

    def _silent(self, rest):
        return Sound(np.zeros(22050, dtype=np.float32), 22050)

    def _endless(self, rest):
        return Sound(np.full(22050 * 30, 0.5, dtype=np.float32), 22050)


def _three_seconds():
    return Sound(np.full(3 * 22050, 0.5, dtype=np.float32), 22050)


def broken_factory():
    """Fail in the child, where the engine cannot even be made; in the parent it can."""
    import multiprocessing

    if multiprocessing.parent_process() is not None:
        raise ImportError("no such library")
    return ToneEngine()
