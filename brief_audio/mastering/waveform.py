"""What is seen and what is missing in a finished sound: the player's waveform and the long silences."""

import numpy as np

from brief_audio.domain.audio import Samples

BARS = 160
SILENCE_DBFS = -50.0
SHORTEST_SILENCE_MS = 1000
WINDOW_MS = 10


def bars(window_powers: Samples) -> tuple[int, ...]:
    """Return the level (root mean square) of equal parts of the sound, the loudest being 100.

    The highest samples would show nothing: after mastering nearly every second of speech reaches the ceiling once.
    """
    count = min(BARS, len(window_powers))
    borders = np.arange(count) * len(window_powers) // count
    sizes = np.diff(np.append(borders, len(window_powers)))
    levels = np.sqrt(np.add.reduceat(window_powers.astype(float), borders) / sizes)
    return tuple(round(100 * level) for level in levels / max(levels.max(), 1e-9))


def long_silences(window_peaks: Samples) -> tuple[tuple[int, int], ...]:
    """Return start and end in milliseconds of every silence of a second or longer."""
    is_silent = np.concatenate([[False], window_peaks < 10 ** (SILENCE_DBFS / 20), [False]])
    borders = np.flatnonzero(is_silent[1:] != is_silent[:-1]).reshape(-1, 2) * WINDOW_MS
    return tuple((int(start), int(end)) for start, end in borders if end - start >= SHORTEST_SILENCE_MS)
