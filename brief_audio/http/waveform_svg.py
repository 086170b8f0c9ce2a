"""Draw measured peaks as one SVG path of vertical bars."""

from collections.abc import Sequence
from dataclasses import dataclass

BARS = 110
STEP = 4  # from one bar to the next
HEIGHT = 72
SHORTEST = 3.0


@dataclass(frozen=True, slots=True)
class WaveformSvg:
    """The waveform as SVG; `played` is the width of the part before the requested position."""

    path: str
    width: int
    height: int
    played: float


def waveform_svg(peaks: Sequence[int], *, played_share: float = 0.0) -> WaveformSvg | None:
    """Return the waveform of measured peaks; None if there are none."""
    heights = bars(peaks)
    width = len(heights) * STEP
    return WaveformSvg(path(heights), width, HEIGHT, round(width * played_share, 1)) if heights else None


def bars(peaks: Sequence[int], most: int = BARS) -> list[int]:
    """Return at most `most` of the measured peaks, evenly spaced over the whole length."""
    count = min(most, len(peaks))
    return [peaks[(2 * index + 1) * len(peaks) // (2 * count)] for index in range(count)]


def path(heights: Sequence[int]) -> str:
    """Return the path for bars of heights 0…100, `STEP` apart, centred vertically in `HEIGHT`."""
    return "".join(_bar(index, height) for index, height in enumerate(heights))


def _bar(index: int, height: int) -> str:
    half = max(SHORTEST, HEIGHT * min(height, 100) / 100) / 2
    return f"M{index * STEP + STEP // 2} {HEIGHT / 2 - half:.1f}v{2 * half:.1f}"
