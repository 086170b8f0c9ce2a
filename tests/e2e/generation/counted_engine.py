"""A voice that notes which process spoke: for tests that count speech children."""

import os
from pathlib import Path

from brief_audio.domain.audio import Sound
from brief_audio.speech.base import SpeechRequest
from brief_audio.speech.tone import ToneEngine


class CountedEngine(ToneEngine):
    """Leaves a file named after its process in `folder`."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def speak(self, request: SpeechRequest) -> Sound:
        (self._folder / str(os.getpid())).touch()
        return super().speak(request)
