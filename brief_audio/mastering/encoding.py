"""Encode a programme once, from the narrations directly into a tagged, seekable MP3."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from brief_audio.domain.audio import Samples
from brief_audio.domain.errors import MasteringError
from brief_audio.mastering.ffmpeg import Ffmpeg
from brief_audio.mastering.id3_comment import make_comment
from brief_audio.mastering.levels import utterance_sounds
from brief_audio.mastering.limiter import GainCurve
from brief_audio.mastering.profile import MASTER_RATE_HZ
from brief_audio.mastering.resampling import resampled
from brief_audio.mastering.stop_check import StopCheck
from brief_audio.mastering.timeline import Timeline

# At a constant bit rate, LAME multiplies its input by 0.95 (measured); the gain before it compensates for that.
ENCODER_GAIN_DB = -0.4455
LEAST_SECONDS = 60.0
_SILENCE = np.zeros(MASTER_RATE_HZ, dtype=np.float32)
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True)
class EncoderInput:
    """The input of one encoding: the text of an ffmetadata file, an optional cover, and the bit rate in bit/s."""

    ffmpeg: Path
    folder: Path
    metadata: str
    cover: Path | None
    bit_rate: int


def encode(encoding: EncoderInput, timeline: Timeline, curve: GainCurve, target: Path, pace: StopCheck) -> str:
    """Write the MP3 to `target`, replacing any file there; return ffmpeg's output."""
    metadata = encoding.folder / "edition.ffmetadata"
    metadata.write_text(encoding.metadata, encoding="utf-8")
    seconds = time_limit(timeline.length)
    arguments = _arguments(encoding, metadata, target)
    with Ffmpeg(
        encoding.ffmpeg, arguments, log=encoding.folder / "encoding.log", seconds=seconds, pace=pace
    ) as process:
        for samples in _mastered(timeline, curve):
            process.write(samples.data)
        said = process.finish()
    make_comment(target)
    return said


def time_limit(length: int) -> float:
    """Return the seconds that ffmpeg may take for `length` samples: 50 times what it needs on an idle core."""
    return LEAST_SECONDS + length / MASTER_RATE_HZ / 4


def _mastered(timeline: Timeline, curve: GainCurve) -> Iterator[Samples]:
    """Yield every sample of the programme in order: pauses, and utterances with their gain."""
    at = 0
    for start, sound in utterance_sounds(timeline):
        yield from _silence(start - at)
        samples = resampled(sound)
        yield samples * curve.over(start, len(samples))
        at = start + len(samples)
    yield from _silence(timeline.length - at)


def _silence(length: int) -> Iterator[Samples]:
    while length > 0:
        yield _SILENCE[:length]
        length -= len(_SILENCE)


def _arguments(encoding: EncoderInput, metadata: Path, target: Path) -> list[str]:
    sound = ["-f", "f32le", "-ar", str(MASTER_RATE_HZ), "-ac", "1", "-i", "pipe:0"]
    tags = ["-f", "ffmetadata", "-i", f"file:{metadata}"]
    cover = ["-f", _image_format(encoding.cover), "-i", f"file:{encoding.cover}"] if encoding.cover else []
    picture = ["-map", "2:v:0", "-c:v", "copy", "-disposition:v:0", "attached_pic"]
    picture += ["-metadata:s:v:0", "title=Cover", "-metadata:s:v:0", "comment=Cover (front)"]
    mp3 = ["-c:a", "libmp3lame", "-b:a", str(encoding.bit_rate), "-f", "mp3", "-write_xing", "1"]
    id3 = ["-map_metadata", "1", "-map_chapters", "1", "-id3v2_version", "3", "-write_id3v1", "0"]
    return [*sound, *tags, *cover, "-map", "0:a", *(picture if cover else []), *mp3, *id3, "-y", f"file:{target}"]


def _image_format(cover: Path) -> str:
    """Return ffmpeg's reader for a cover by its first bytes; by name, ffmpeg might take it for a pattern or script."""
    try:
        with cover.open("rb") as file:
            start = file.read(len(_PNG))
    except OSError as error:
        raise MasteringError(f"cannot read the cover: {error}") from error
    if start == _PNG:
        return "png_pipe"
    if start.startswith(_JPEG):
        return "jpeg_pipe"
    raise MasteringError(f"the cover {cover.name} is neither a PNG nor a JPEG image")
