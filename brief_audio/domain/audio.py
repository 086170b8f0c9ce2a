"""Sound as the product holds it in memory: mono float samples with their rate.

Nearly everything names sound and little makes any, so NumPy is loaded by what makes or changes it, not by this file.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from brief_audio.domain.errors import BadSoundError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Samples: TypeAlias = "NDArray[np.float32]"

SILENCE_PEAK = 0.001  # -60 dBFS: no spoken sentence stays below this
SHORTEST_SECONDS = 0.05
SHORTEST_SECONDS_PER_LETTER = 0.02  # at speed 1: the quickest reader needs 0.05
LONGEST_SECONDS_PER_CHARACTER = 0.6  # a slow reader needs 0.08; ten times that is a voice that has lost its way
LONGEST_SECONDS_AT_LEAST = 5.0


@dataclass(frozen=True, slots=True)
class Sound:
    """Mono sound: `samples` of shape (n,), float32, nominally within ±1, `rate_hz` of them a second."""

    samples: Samples
    rate_hz: int

    @property
    def duration_seconds(self) -> float:
        """Length in seconds, from the sample count."""
        return len(self.samples) / self.rate_hz


def silence(milliseconds: int, rate_hz: int) -> Samples:
    """Return that much silence, exact to the sample."""
    import numpy as np  # noqa: PLC0415  see above

    return np.zeros(round(milliseconds * rate_hz / 1000), dtype=np.float32)


def joined(parts: Sequence[Samples]) -> Samples:
    """Return the parts one after the other; there must be at least one."""
    import numpy as np  # noqa: PLC0415  see above

    return np.concatenate(parts)


def check_spoken(sound: Sound, spoken_text: str, *, speed: float = 1.0) -> None:
    """Raise `BadSoundError` unless `sound` can be a voice saying `spoken_text` at that speed."""
    if not len(sound.samples):
        raise BadSoundError("the voice returned no sound")
    peak = float(abs(sound.samples).max())
    if not math.isfinite(peak):  # one value that is not a number makes the peak none
        raise BadSoundError("the voice returned values that are not numbers")
    if peak < SILENCE_PEAK:
        raise BadSoundError("the voice returned silence")
    letters = sum(character.isalnum() for character in spoken_text)
    if sound.duration_seconds < max(SHORTEST_SECONDS, SHORTEST_SECONDS_PER_LETTER * letters / speed):
        milliseconds = sound.duration_seconds * 1000
        raise BadSoundError(f"the voice returned only {milliseconds:.0f} ms of sound for {letters} letters")
    limit = max(LONGEST_SECONDS_AT_LEAST, LONGEST_SECONDS_PER_CHARACTER * len(spoken_text))
    if sound.duration_seconds > limit:
        raise BadSoundError(
            f"the voice returned {sound.duration_seconds:.0f} s of sound for {len(spoken_text)} characters"
        )
