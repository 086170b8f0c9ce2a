"""The levels of a programme before mastering: peak and weighted energy for every 300th of a second."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from brief_audio.domain.audio import Samples, Sound
from brief_audio.mastering.loudness import BLOCK
from brief_audio.mastering.narration_file import stream_narration
from brief_audio.mastering.resampling import resampled_and_weighted
from brief_audio.mastering.stop_check import StopCheck
from brief_audio.mastering.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Levels:
    """For each block, the highest sample and the sum of squares of the K-weighted audio."""

    peaks: Samples
    energies: Samples


def utterance_sounds(timeline: Timeline) -> Iterator[tuple[int, Sound]]:
    """Yield each utterance's first sample in the finished file and its audio as spoken."""
    for placed in timeline.items:
        sounds = stream_narration(placed.item.narration)
        for utterance, sound in zip(placed.utterances, sounds, strict=True):
            yield utterance.start, sound


def measure_levels(timeline: Timeline, pace: StopCheck) -> Levels:
    """Measure the whole programme in one pass."""
    count = -(-timeline.length // BLOCK)
    levels = Levels(np.zeros(count, dtype=np.float32), np.zeros(count, dtype=np.float32))
    for start, sound in utterance_sounds(timeline):
        pace.tick()
        samples, weighted = resampled_and_weighted(sound)
        first = start // BLOCK
        peaks = np.abs(_in_blocks(samples, start)).max(axis=1)
        energies = np.square(_in_blocks(weighted, start)).sum(axis=1)
        part = slice(first, first + len(peaks))
        np.maximum(levels.peaks[part], peaks, out=levels.peaks[part])
        levels.energies[part] += energies
    return levels


def _in_blocks(samples: Samples, start: int) -> Samples:
    """Arrange samples in rows of one block, aligned to the blocks of the whole programme."""
    before = start % BLOCK
    return np.pad(samples, (before, -(before + len(samples)) % BLOCK)).reshape(-1, BLOCK)
