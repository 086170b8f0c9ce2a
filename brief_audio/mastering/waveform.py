"""What is seen and what is missing in a finished sound: the player's waveform and the long silences."""

import numpy as np

from brief_audio.domain.audio import Samples

BARS = 160
SILENCE_DBFS = -50.0
SHORTEST_SILENCE_MS = 1000
WINDOW_MS = 10
SYLLABLE_WINDOWS = 15


def bars(window_powers: Samples) -> tuple[int, ...]:
    """Return the level (root mean square) of a syllable at each of many equally spaced places, the loudest being 100.

    Neither the highest sample nor the mean of a whole part would show anything: after mastering every few seconds of
    speech hold the same of both. What a person sees as speech are its syllables and its pauses.
    """
    count = min(BARS, len(window_powers))
    middles = (np.arange(count) * 2 + 1) * len(window_powers) // (2 * max(1, count))
    levels = np.array([np.sqrt(_around(window_powers, int(middle)).mean(dtype=float)) for middle in middles])
    return tuple(round(100 * level) for level in levels / max(levels.max(initial=0.0), 1e-9))


def _around(window_powers: Samples, middle: int) -> Samples:
    return window_powers[max(0, middle - SYLLABLE_WINDOWS // 2) : middle + SYLLABLE_WINDOWS // 2 + 1]


def long_silences(window_peaks: Samples) -> tuple[tuple[int, int], ...]:
    """Return start and end in milliseconds of every silence of a second or longer."""
    is_silent = np.concatenate([[False], window_peaks < 10 ** (SILENCE_DBFS / 20), [False]])
    borders = np.flatnonzero(is_silent[1:] != is_silent[:-1]).reshape(-1, 2) * WINDOW_MS
    return tuple((int(start), int(end)) for start, end in borders if end - start >= SHORTEST_SILENCE_MS)
