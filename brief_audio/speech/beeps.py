"""The tone engine's beeps: one per word, as long as the word."""

import hashlib

import numpy as np

from brief_audio.domain.audio import Samples, silence
from brief_audio.speech.base import SpeechRequest

_MS_PER_CHARACTER = 55
_SHORTEST_MS = 60  # per word at any speed: anything shorter would look like a fault
_FADE_MS = 5
_PEAK = 0.14  # a sine of this peak is at -20 dBFS
_LOWEST_HZ = 220.0
_STEPS = 24  # two octaves in semitones


def beeps(request: SpeechRequest, rate_hz: int) -> Samples:
    """Return the beeps of one utterance with gaps between them, pitched by word and seed."""
    gap = silence(round(_MS_PER_CHARACTER / request.speed), rate_hz)
    parts = [part for word in request.text.split() for part in (_word(word, request, rate_hz), gap)]
    return np.concatenate(parts[:-1])


def _word(word: str, request: SpeechRequest, rate_hz: int) -> Samples:
    told_apart_by = f"{request.voice} {request.seed} {word}".encode()
    step = int.from_bytes(hashlib.sha256(told_apart_by).digest()[:4]) % _STEPS
    milliseconds = max(_SHORTEST_MS, len(word) * _MS_PER_CHARACTER / request.speed)
    return _beep(_LOWEST_HZ * 2 ** (step / 12), round(milliseconds * rate_hz / 1000), rate_hz)


def _beep(pitch_hz: float, count: int, rate_hz: int) -> Samples:
    wave = _PEAK * np.sin(2 * np.pi * pitch_hz * np.arange(count) / rate_hz)
    fade = np.minimum(1.0, np.arange(count) * 1000 / _FADE_MS / rate_hz)
    return (wave * fade * fade[::-1]).astype(np.float32)
