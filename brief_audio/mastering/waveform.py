"""The shape of finished audio: the player's waveform, and long silences."""

import numpy as np

from brief_audio.domain.audio import Samples

BARS = 160
SILENCE_DBFS = -50.0
SHORTEST_SILENCE_MS = 1000
WINDOW_MS = 10
SYLLABLE_WINDOWS = 15


def bars(window_powers: Samples) -> tuple[int, ...]:
    """Return the level (root mean square) of a syllable at many equally spaced places, with the loudest as 100.

    Peaks or means over longer parts would show nothing: after mastering, they are the same every few seconds. People
    recognise speech in a waveform by its syllables and pauses.
    """
    count = min(BARS, len(window_powers))
    middles = (np.arange(count) * 2 + 1) * len(window_powers) // (2 * max(1, count))
    levels = np.array([np.sqrt(_around(window_powers, int(middle)).mean(dtype=float)) for middle in middles])
    return tuple(round(100 * level) for level in levels / max(levels.max(initial=0.0), 1e-9))


def _around(window_powers: Samples, middle: int) -> Samples:
    return window_powers[max(0, middle - SYLLABLE_WINDOWS // 2) : middle + SYLLABLE_WINDOWS // 2 + 1]


def long_silences(window_peaks: Samples) -> tuple[tuple[int, int], ...]:
    """Return the start and end, in milliseconds, of every silence of at least a second."""
    is_silent = np.concatenate([[False], window_peaks < 10 ** (SILENCE_DBFS / 20), [False]])
    borders = np.flatnonzero(is_silent[1:] != is_silent[:-1]).reshape(-1, 2) * WINDOW_MS
    return tuple((int(start), int(end)) for start, end in borders if end - start >= SHORTEST_SILENCE_MS)
