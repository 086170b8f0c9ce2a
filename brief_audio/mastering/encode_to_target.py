"""Encode until loudness and peak are right in the encoded file; the first take almost always is."""

import re
from dataclasses import dataclass
from pathlib import Path

from brief_audio.mastering.encoding import ENCODER_GAIN_DB, EncoderInput, encode
from brief_audio.mastering.final_checks import are_levels_right
from brief_audio.mastering.levels import measure_levels
from brief_audio.mastering.limiter import gain_curve, gain_for_loudness
from brief_audio.mastering.measurements import Measurements, measure
from brief_audio.mastering.profile import Profile
from brief_audio.mastering.stop_check import StopCheck
from brief_audio.mastering.timeline import Timeline

MOST_ENCODINGS = 4
_ROOM_FOR_THE_ENCODER_DB = 0.5  # how far the lossy encoder may raise a peak without a second round
_CORRECTION_MARGIN_DB = 0.1
_VERSION = re.compile(r"^ffmpeg version (\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class EncodedResult:
    """One encoding of a programme and its measurements; `gain_db` is the static gain applied."""

    measured: Measurements
    gain_db: float
    encodings: int
    ffmpeg_version: str


def encode_to_target(
    encoding: EncoderInput, timeline: Timeline, audio: Path, profile: Profile, pace: StopCheck
) -> EncodedResult:
    """Write `audio` and measure it; repeat if loudness or peak are off, at most four times in total.

    The caller must check the last take. Raise `MasteringError` if none could be made.
    """
    levels = measure_levels(timeline, pace)
    loudness_lufs = profile.loudness_lufs - ENCODER_GAIN_DB
    ceiling_db = profile.true_peak_dbtp - ENCODER_GAIN_DB - _ROOM_FOR_THE_ENCODER_DB
    log = encoding.folder / "measuring.log"
    for encodings in range(1, MOST_ENCODINGS + 1):
        gain_db = gain_for_loudness(levels, loudness_lufs, ceiling_db)
        said = encode(encoding, timeline, gain_curve(levels, gain_db, ceiling_db), audio, pace)
        measured = measure(encoding.ffmpeg, audio, timeline.length, log, pace)
        take = EncodedResult(measured, gain_db, encodings, _version(said))
        if are_levels_right(measured, timeline, profile):
            break
        loudness_lufs += profile.loudness_lufs - measured.loudness_lufs
        excess_db = measured.true_peak_dbtp - profile.true_peak_dbtp
        ceiling_db -= excess_db + _CORRECTION_MARGIN_DB if excess_db > 0 else 0
    return take


def _version(said: str) -> str:
    found = _VERSION.search(said)
    return found[1] if found else "unknown"
