"""Ask ffmpeg for its version and abilities."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from brief_audio.domain.errors import MasteringError

MP3_ENCODER = "libmp3lame"
_SECONDS = 30


@dataclass(frozen=True, slots=True)
class FfmpegFacts:
    """What ffmpeg reports about itself."""

    version: str
    encodes_mp3: bool


def ffmpeg_facts(program: Path) -> FfmpegFacts:
    """Return ffmpeg's version and whether it can encode MP3; raise `MasteringError` if it doesn't run."""
    banner = _said(program, "-version").partition("\n")[0]
    words = banner.split()
    if words[:2] != ["ffmpeg", "version"]:
        raise MasteringError(f"{program} is not ffmpeg: its output is {banner[:80]!r}")
    return FfmpegFacts(version=words[2], encodes_mp3=f" {MP3_ENCODER} " in _said(program, "-hide_banner", "-encoders"))


def _said(program: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            [program, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise MasteringError(f"{program} does not run: {error}") from error
    return done.stdout
