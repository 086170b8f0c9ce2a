"""An engine for real speech children: tones, but for sentences that tell it to do harm, always or once."""

import os
import signal
import time
from pathlib import Path
from typing import cast

import numpy as np

from brief_audio.domain.audio import Sound
from brief_audio.speech.base import SpeechRequest
from brief_audio.speech.tone import ToneEngine

RATE_HZ = 22050
VERBS = (
    "hang",
    "die",
    "leave",
    "starve",
    "mumble",
    "fall silent",
    "break off",
    "drone on",
    "say nothing",
    "shrug",
    "change pitch",
)


class DangerousEngine(ToneEngine):
    """Does what a verb in the text says; with the word `once` only the first time, as noted in `folder`."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def speak(self, request: SpeechRequest) -> Sound:
        for verb in VERBS:
            if f" {verb} " in request.text and not self._has_been_done(verb, request.text):
                return self._do(verb)
        return super().speak(request)

    def _has_been_done(self, verb: str, text: str) -> bool:
        marker = self._folder / verb
        if " once" in text and marker.exists():
            return True
        marker.touch()
        return False

    def _do(self, verb: str) -> Sound:
        match verb:
            case "hang":
                time.sleep(3600)
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "leave":
                os._exit(1)
            case "starve":
                raise MemoryError
            case "shrug":
                return cast("Sound", None)
            case "change pitch":
                return Sound(np.full(RATE_HZ, 0.5, dtype=np.float32), RATE_HZ // 2)
        return _garbage(verb)


def _garbage(verb: str) -> Sound:
    match verb:
        case "mumble":
            samples = np.full(RATE_HZ, np.nan)
        case "fall silent":
            samples = np.zeros(RATE_HZ)
        case "break off":
            samples = np.full(RATE_HZ // 15, 0.5)
        case "drone on":
            samples = np.full(RATE_HZ * 40, 0.5)
        case _:
            samples = np.zeros(0)
    return Sound(samples.astype(np.float32), RATE_HZ)
