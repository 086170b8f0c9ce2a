"""One static gain for the whole programme, and a limiter that keeps its peaks below a ceiling.

The limiter looks ahead: its gain is the lowest that any nearby block needs, smoothed over a shorter range. So no peak
exceeds the ceiling, and the gain changes over about 25 ms, too slowly to be audible as distortion.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brief_audio.domain.audio import Samples
from brief_audio.mastering.levels import Levels
from brief_audio.mastering.loudness import BLOCK, integrated_loudness

_HOLD = 4  # blocks on each side whose needs count
_SMOOTH = 3  # blocks on each side that are averaged: fewer than _HOLD, or a peak would exceed the ceiling
_CLOSE_ENOUGH_DB = 0.02
_MOST_ROUNDS = 16
_MOST_LIMITING_DB = 24.0
_PEAK_WITHOUT_LOUDNESS_DB = -3.0


def _lines() -> Samples:
    """Return the weights of the previous node, its own and the next one for each sample of a block."""
    place = (np.arange(BLOCK) - (BLOCK - 1) / 2) / BLOCK
    return np.stack([np.maximum(-place, 0), 1 - np.abs(place), np.maximum(place, 0)]).astype(np.float32)


_LINES = _lines()


@dataclass(frozen=True, slots=True)
class GainCurve:
    """The gain of every sample: `nodes` at the middle of each block, linear in between."""

    nodes: Samples

    def over(self, start: int, length: int) -> Samples:
        """Return the gain for `length` samples from `start`."""
        first = start // BLOCK
        blocks = np.arange(first, (start + length - 1) // BLOCK + 1)
        around = np.stack([self._at(blocks - 1), self._at(blocks), self._at(blocks + 1)], axis=1)
        return (around @ _LINES).ravel()[start - first * BLOCK :][:length]

    def _at(self, blocks: NDArray[np.int64]) -> Samples:
        return self.nodes[np.clip(blocks, 0, len(self.nodes) - 1)]


def gain_curve(levels: Levels, gain_db: float, ceiling_db: float) -> GainCurve:
    """Return the gain with which no sample of the programme exceeds the ceiling."""
    gain = np.float32(10 ** (gain_db / 20))
    ceiling = np.float32(10 ** (ceiling_db / 20))
    allowed = ceiling / np.maximum(levels.peaks * gain, ceiling)
    held = allowed.copy()
    for distance in range(1, _HOLD + 1):
        np.minimum(held[distance:], allowed[:-distance], out=held[distance:])
        np.minimum(held[:-distance], allowed[distance:], out=held[:-distance])
    return GainCurve(_smoothed(held) * gain)


def gain_for_loudness(levels: Levels, loudness_lufs: float, ceiling_db: float) -> float:
    """Return the static gain in dB that gives the programme this loudness after limiting.

    A programme too short to have a loudness gets a peak of -3 dB instead.
    """
    to_peak_db = _PEAK_WITHOUT_LOUDNESS_DB - 20 * float(np.log10(levels.peaks.max()))
    at_peak = integrated_loudness(levels.energies * np.float32(10 ** (to_peak_db / 10)))
    if at_peak is None:
        return to_peak_db
    gain_db = to_peak_db + loudness_lufs - at_peak
    most_db = gain_db + _MOST_LIMITING_DB
    for _ in range(_MOST_ROUNDS):
        curve = gain_curve(levels, gain_db, ceiling_db)
        after = integrated_loudness(levels.energies * np.square(curve.nodes))
        missing_db = 0.0 if after is None else loudness_lufs - after
        if abs(missing_db) < _CLOSE_ENOUGH_DB or gain_db == most_db:
            break
        gain_db = min(gain_db + missing_db, most_db)
    return gain_db


def _smoothed(held: Samples) -> Samples:
    weights = np.hanning(2 * _SMOOTH + 3)[1:-1].astype(np.float32)
    weights /= weights.sum()
    framed = np.pad(held, _SMOOTH, mode="edge")
    smooth = np.zeros_like(held)
    for shift, weight in enumerate(weights):
        smooth += weight * framed[shift : shift + len(held)]
    return smooth
