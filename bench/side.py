"""The input and output of each side of a comparison; standard library only, so it works in any environment."""

import json
import subprocess
import wave
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO


@dataclass(frozen=True, slots=True)
class Side:
    """The texts to speak, the voice's two files, a folder to write to, and ffmpeg."""

    texts: tuple[str, ...]
    model: Path
    config: Path
    folder: Path
    ffmpeg: Path

    @classmethod
    def read(cls, source: IO[str]) -> "Side":
        """Read the JSON that `written` returns."""
        given = json.load(source)
        paths = {name: Path(given[name]) for name in ("model", "config", "folder", "ffmpeg")}
        return cls(texts=tuple(given["texts"]), **paths)

    def written(self) -> str:
        """Return this as a JSON document."""
        return json.dumps(asdict(self), default=str)


def join(files: Sequence[Path], side: Side) -> None:
    """Join WAV files into one MP3 the simple way: concat and the encoder's defaults."""
    listed = side.folder / "list.txt"
    listed.write_text("".join(f"file '{file.name}'\n" for file in files), encoding="utf-8")
    command = [str(side.ffmpeg), "-v", "error", "-y", "-f", "concat", "-safe", "0", "-i", str(listed), "-ac", "1"]
    subprocess.run([*command, "-b:a", "128k", str(side.folder / "edition.mp3")], check=True)


def report(wall_seconds: float, files: Sequence[Path]) -> None:
    """Print the seconds of work and of audio as the last line."""
    print(json.dumps({"wall_seconds": wall_seconds, "sound_seconds": sum(_seconds(file) for file in files)}))


def _seconds(file: Path) -> float:
    with wave.open(str(file)) as sound:
        seconds: float = sound.getnframes() / sound.getframerate()
    return seconds
