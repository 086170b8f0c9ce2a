"""Measure the finished file by decoding it, so that every figure is from the actual audio."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from brief_audio.domain.audio import Samples
from brief_audio.domain.errors import MasteringError
from brief_audio.mastering.encoding import time_limit
from brief_audio.mastering.ffmpeg import Ffmpeg
from brief_audio.mastering.profile import MASTER_RATE_HZ
from brief_audio.mastering.stop_check import StopCheck
from brief_audio.mastering.true_peak import TruePeakMeter

WINDOW = MASTER_RATE_HZ // 100
_PIECE = WINDOW * 100
_LOUDNESS = re.compile(r"^\s+I:\s+(-?[0-9.]+|-?inf|nan) LUFS\s*$", re.MULTILINE)
_CHAPTER = re.compile(r"^\s+Chapter #0:[0-9]+: start ", re.MULTILINE)
_COVER = re.compile(r"^\s+Stream #0:[0-9]+.*: Video: .*\(attached pic\)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Measurements:
    """The measured figures; the `window_` fields have the highest sample and the mean square of every 10 ms."""

    length: int  # samples
    loudness_lufs: float
    true_peak_dbtp: float
    chapter_count: int
    has_cover: bool
    window_peaks: Samples
    window_powers: Samples


def measure(ffmpeg: Path, audio: Path, length: int, log: Path, pace: StopCheck) -> Measurements:
    """Decode a file of about `length` samples once, measuring it at the same time."""
    meter, peaks, powers, heard = TruePeakMeter(), [], [], 0
    arguments = ["-i", f"file:{audio}", "-map", "0:a:0", "-af", f"ebur128=framelog=quiet,asetnsamples=n={_PIECE}:p=0"]
    arguments += ["-ar", str(MASTER_RATE_HZ), "-ac", "1", "-f", "f32le", "pipe:1"]
    with Ffmpeg(ffmpeg, arguments, log=log, seconds=time_limit(length), pace=pace) as process:
        for samples in _pieces(process):
            heard += len(samples)
            meter.add(samples)
            windows = np.pad(samples, (0, -len(samples) % WINDOW)).reshape(-1, WINDOW)
            peaks.append(np.abs(windows).max(axis=1))
            powers.append(np.square(windows).mean(axis=1))
        said = process.finish()
    told_of_input = said.partition("Stream mapping:")[0]
    if not heard:
        raise MasteringError("the finished file contains no audio")
    return Measurements(
        length=heard,
        loudness_lufs=_loudness(said),
        true_peak_dbtp=meter.finish(),
        chapter_count=len(_CHAPTER.findall(told_of_input)),
        has_cover=_COVER.search(told_of_input) is not None,
        window_peaks=np.concatenate(peaks),
        window_powers=np.concatenate(powers),
    )


def _pieces(process: Ffmpeg) -> Iterator[Samples]:
    """Yield decoded samples one second at a time; the last piece may be shorter."""
    wanted = _PIECE * np.dtype(np.float32).itemsize
    kept = bytearray()
    while data := process.read():
        kept += data
        while len(kept) >= wanted:
            yield np.frombuffer(bytes(kept[:wanted]), dtype="<f4")
            del kept[:wanted]
    if kept:
        yield np.frombuffer(bytes(kept), dtype="<f4")


def _loudness(said: str) -> float:
    found = _LOUDNESS.findall(said)
    if not found:
        raise MasteringError("ffmpeg did not report the loudness of the finished file")
    return float(found[-1])
