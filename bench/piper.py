"""Run Piper through its own Python API: one voice, one file per item, the files joined by ffmpeg.

This runs in a separate environment with Piper and without the product. Piper is under GPL-3 and is used for this
comparison only.
"""

import sys
import time
import wave

from bench.side import Side, join, report


def main() -> None:
    """Speak the texts given on standard input."""
    side = Side.read(sys.stdin)
    began = time.monotonic()
    from piper import PiperVoice  # noqa: PLC0415  the import is part of the measurement

    voice = PiperVoice.load(side.model, config_path=side.config)
    files = [side.folder / f"{number}.wav" for number, _ in enumerate(side.texts)]
    for text, file in zip(side.texts, files, strict=True):
        with wave.open(str(file), "wb") as sound:
            voice.synthesize_wav(text, sound)
    join(files, side)
    report(time.monotonic() - began, files)


if __name__ == "__main__":
    main()
