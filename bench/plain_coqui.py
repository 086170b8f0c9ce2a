"""Run Coqui as its README shows: one voice, `tts_to_file` for each item, the files joined by ffmpeg.

It needs two changes to run on this machine at all: phonemes come from the espeak-ng library in this process, where
Coqui would start an espeak-ng program for each part of a sentence, and modules that it imports but never uses are
replaced by stand-ins. Both only make it faster.
"""

import sys
import time

from bench.side import Side, join, report
from brief_audio.speech.coqui import torchaudio_stand_in
from brief_audio.speech.espeak import espeak


def main() -> None:
    """Speak the texts given on standard input."""
    side = Side.read(sys.stdin)
    began = time.monotonic()
    torchaudio_stand_in.install_stand_ins()
    from TTS.api import TTS  # noqa: PLC0415  the import is part of the measurement
    from TTS.tts.utils.text import phonemizers  # noqa: PLC0415
    from TTS.tts.utils.text.phonemizers.base import BasePhonemizer  # noqa: PLC0415

    class FromLibrary(BasePhonemizer):  # type: ignore[misc]  # it has no types
        """Coqui's own espeak wrapper, except that it starts no program."""

        def __init__(self, language: str, **options: object) -> None:
            super().__init__(language, **{"keep_puncs": True} | options)

        @staticmethod
        def name() -> str:
            return "espeak"

        def _phonemize(self, text: str, separator: str = "") -> str:
            return espeak().phonemes(text, self._language).replace("_", separator)

        @staticmethod
        def supported_languages() -> dict[str, str]:
            return {"en-us": "English"}

        def version(self) -> str:
            return espeak().version()

        def is_available(self) -> bool:
            return True

    phonemizers.ESpeak = FromLibrary
    voice = TTS(model_path=str(side.model), config_path=str(side.config), progress_bar=False)
    files = [side.folder / f"{number}.wav" for number, _ in enumerate(side.texts)]
    for text, file in zip(side.texts, files, strict=True):
        voice.tts_to_file(text=text, file_path=str(file))
    join(files, side)
    report(time.monotonic() - began, files)


if __name__ == "__main__":
    main()
