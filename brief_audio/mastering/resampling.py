"""Convert a voice's audio to the rate of the finished file, and weight it like a loudness meter.

Both work on the spectrum of one utterance at a time. The rate is changed by extending or cutting the spectrum, which is
exact for audio that starts and ends in silence. The number of samples stays predictable: `n` samples become
`n * 44100 / rate`, rounded up.
"""

from functools import lru_cache
from math import gcd

import numpy as np

from brief_audio.domain.audio import Samples, Sound
from brief_audio.mastering.profile import MASTER_RATE_HZ

_MARGIN = 1024  # samples of silence around the audio, so that its end doesn't wrap into its start
_ROLL_OFF_FROM = 0.96  # of the highest frequency: a softer edge rings less
# ITU-R BS.1770-5, tables 1 and 2: the two filters of K-weighting at 48 kHz, numerator and denominator
_SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
_TABLED_RATE_HZ = 48_000


def resampled_length(length: int, rate_hz: int) -> int:
    """Return how many samples `length` samples at `rate_hz` become at the rate of the finished file."""
    return -(-length * MASTER_RATE_HZ // rate_hz)


def resampled(sound: Sound) -> Samples:
    """Return the samples of an utterance at the rate of the finished file."""
    if sound.rate_hz == MASTER_RATE_HZ:
        return sound.samples
    return _Spectrum(sound).samples(weighted=False)


def resampled_and_weighted(sound: Sound) -> tuple[Samples, Samples]:
    """Return the samples at the rate of the finished file, and the same K-weighted (only for their energy)."""
    spectrum = _Spectrum(sound)
    return spectrum.samples(weighted=False), spectrum.samples(weighted=True)


class _Spectrum:
    """The spectrum of an utterance between two margins, with a length that suits both rates."""

    def __init__(self, sound: Sound) -> None:
        unit = sound.rate_hz // gcd(sound.rate_hz, MASTER_RATE_HZ)
        self._unit_out = MASTER_RATE_HZ // gcd(sound.rate_hz, MASTER_RATE_HZ)
        self._margins = -(-_MARGIN // unit)
        length = len(sound.samples)
        self._units = _quick_size(-(-length // unit) + 2 * self._margins)
        self._length_out = resampled_length(length, sound.rate_hz)
        self._rate_hz = sound.rate_hz
        framed = np.zeros(self._units * unit, dtype=np.float32)
        framed[self._margins * unit : self._margins * unit + length] = sound.samples
        self._bins = np.fft.rfft(framed)
        self._scale = np.float32(self._unit_out / unit)

    def samples(self, *, weighted: bool) -> Samples:
        gains = _weights(len(self._bins), self._rate_hz) if weighted else _edge(len(self._bins), self._rate_hz)
        wave = np.fft.irfft(self._bins * gains, self._units * self._unit_out)
        start = self._margins * self._unit_out
        return (wave[start : start + self._length_out] * self._scale).astype(np.float32, copy=False)


def _quick_size(least: int) -> int:
    """Return a size for which Fourier transforms are fast; there are few such sizes, so that caching pays off."""
    step = 1 << max(0, least.bit_length() - 3)
    return -(-least // step) * step


@lru_cache(maxsize=32)
def _edge(count: int, rate_hz: int) -> Samples:
    """Return the gain per frequency: 1 almost up to the lower of the two limits, falling smoothly to 0 there."""
    share = _frequencies(count, rate_hz) / (min(rate_hz, MASTER_RATE_HZ) / 2)
    slope = np.clip((share - _ROLL_OFF_FROM) / (1 - _ROLL_OFF_FROM), 0, 1)
    return (0.5 + 0.5 * np.cos(np.pi * slope)).astype(np.float32)


@lru_cache(maxsize=32)
def _weights(count: int, rate_hz: int) -> Samples:
    """Return the K-weighting gain per frequency."""
    turns = np.exp(-2j * np.pi * _frequencies(count, rate_hz) / _TABLED_RATE_HZ)
    weights = np.ones(count)
    for numerator, denominator in (_SHELF, _HIGH_PASS):
        weights *= np.abs(np.polyval(numerator[::-1], turns) / np.polyval(denominator[::-1], turns))
    return (weights * _edge(count, rate_hz)).astype(np.float32)


def _frequencies(count: int, rate_hz: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.linspace(0, rate_hz / 2, count)
