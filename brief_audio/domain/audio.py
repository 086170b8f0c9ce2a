"""Audio in memory: mono float samples with their rate.

Many modules refer to audio and few create any, so NumPy is imported only by the functions that create or change it.
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

SILENCE_PEAK = 0.001  # -60 dBFS: every spoken sentence is louder
SHORTEST_SECONDS = 0.05
SHORTEST_SECONDS_PER_LETTER = 0.02  # at speed 1; the fastest reader needs 0.05
LONGEST_SECONDS_PER_CHARACTER = 0.6  # a slow reader needs 0.08; a voice that needs far more is stuck
LONGEST_SECONDS_AT_LEAST = 5.0


@dataclass(frozen=True, slots=True)
class Sound:
    """Mono audio: `samples` of shape (n,), float32, nominally within ±1, at `rate_hz` samples per second."""

    samples: Samples
    rate_hz: int

    @property
    def duration_seconds(self) -> float:
        """Return the length in seconds, from the number of samples."""
        return len(self.samples) / self.rate_hz


def silence(milliseconds: int, rate_hz: int) -> Samples:
    """Return that many milliseconds of silence, exact to the sample."""
    import numpy as np  # noqa: PLC0415  see above

    return np.zeros(round(milliseconds * rate_hz / 1000), dtype=np.float32)


def joined(parts: Sequence[Samples]) -> Samples:
    """Return the parts joined in order; there must be at least one."""
    import numpy as np  # noqa: PLC0415  see above

    return np.concatenate(parts)


def check_spoken(sound: Sound, spoken_text: str, *, speed: float = 1.0) -> None:
    """Raise `BadSoundError` unless `sound` is plausible as a voice saying `spoken_text` at that speed."""
    if not len(sound.samples):
        raise BadSoundError("the voice returned no audio")
    peak = float(abs(sound.samples).max())
    if not math.isfinite(peak):  # one NaN makes the peak NaN
        raise BadSoundError("the voice returned values that are not numbers")
    if peak < SILENCE_PEAK:
        raise BadSoundError("the voice returned silence")
    letters = sum(character.isalnum() for character in spoken_text)
    if sound.duration_seconds < max(SHORTEST_SECONDS, SHORTEST_SECONDS_PER_LETTER * letters / speed):
        milliseconds = sound.duration_seconds * 1000
        raise BadSoundError(f"the voice returned only {milliseconds:.0f} ms of audio for {letters} letters")
    limit = max(LONGEST_SECONDS_AT_LEAST, LONGEST_SECONDS_PER_CHARACTER * len(spoken_text))
    if sound.duration_seconds > limit:
        raise BadSoundError(
            f"the voice returned {sound.duration_seconds:.0f} s of audio for {len(spoken_text)} characters"
        )
