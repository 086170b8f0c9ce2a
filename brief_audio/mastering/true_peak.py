"""The true peak of audio: its highest point, including between samples (ITU-R BS.1770-5, annex 2)."""

import numpy as np

from brief_audio.domain.audio import Samples

_FRAME = 512
_EDGE = 64  # samples on each side, faded in and out, so that a frame's ends don't form a step
_OVERSAMPLING = 4
_HIGHEST_BETWEEN = 1.6  # 4 dB: how far a peak between two samples of real audio can exceed them


class TruePeakMeter:
    """Measure audio given piece by piece; check between samples only where the highest point can be."""

    def __init__(self) -> None:
        self.peak = 0.0
        self._rest = np.zeros(_EDGE, dtype=np.float32)

    def add(self, samples: Samples) -> None:
        """Measure the next piece."""
        known = np.concatenate([self._rest, samples])
        count = max(0, (len(known) - 2 * _EDGE) // _FRAME)
        self._measure(known, count)
        self._rest = known[count * _FRAME :]

    def finish(self) -> float:
        """Measure the end and return the true peak in dBTP; -inf for silence."""
        self.add(np.zeros(_FRAME + 2 * _EDGE, dtype=np.float32))
        return float(20 * np.log10(self.peak)) if self.peak else float("-inf")

    def _measure(self, known: Samples, count: int) -> None:
        if not count:
            return
        frames = np.lib.stride_tricks.sliding_window_view(known, _FRAME + 2 * _EDGE)[: count * _FRAME : _FRAME]
        highest = np.abs(known[_EDGE : _EDGE + count * _FRAME].reshape(count, _FRAME)).max(axis=1)
        self.peak = max(self.peak, float(highest.max()))
        frames = frames[highest * _HIGHEST_BETWEEN > self.peak]
        if len(frames):
            self.peak = max(self.peak, _highest_between(frames))


def _highest_between(frames: Samples) -> float:
    length = _FRAME + 2 * _EDGE
    fade = np.minimum(1, np.minimum(np.arange(length), np.arange(length)[::-1]) / (_EDGE // 2)).astype(np.float32)
    waves = np.fft.irfft(np.fft.rfft(frames * fade, axis=1), length * _OVERSAMPLING, axis=1) * _OVERSAMPLING
    return float(np.abs(waves[:, _EDGE * _OVERSAMPLING : -_EDGE * _OVERSAMPLING]).max())
