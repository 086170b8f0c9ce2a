"""Piper's own Python API: one voice, one file for each item, the files joined by ffmpeg.

It runs in an environment of its own, which has Piper and nothing of the product. Piper is under GPL-3 and serves this
comparison only.
"""

import sys
import time
import wave

from bench.side import Side, join, report


def main() -> None:
    """Speak what standard input names."""
    side = Side.read(sys.stdin)
    began = time.monotonic()
    from piper import PiperVoice  # noqa: PLC0415  its import is part of what is measured

    voice = PiperVoice.load(side.model, config_path=side.config)
    files = [side.folder / f"{number}.wav" for number, _ in enumerate(side.texts)]
    for text, file in zip(side.texts, files, strict=True):
        with wave.open(str(file), "wb") as sound:
            voice.synthesize_wav(text, sound)
    join(files, side)
    report(time.monotonic() - began, files)


if __name__ == "__main__":
    main()
