"""Beeps in the place of speech: quick and the same every time, for tests, and for pages made without a voice."""

import hashlib
from collections.abc import Callable

import numpy as np

from brief_audio.domain.audio import Samples, Sound, silence
from brief_audio.domain.voice_names import TONE
from brief_audio.speech.base import SpeechRequest, VoiceCard, VoiceIdentity, go_on
from brief_audio.speech.limits import check_request
from brief_audio.speech.voices import PACKAGED_VOICES, exchanged_voice, unknown_voice

_RATE_HZ = 22050
_MS_PER_CHARACTER = 55
_SHORTEST_MS = 60  # of a word, at any speed: less could not be told from a fault
_FADE_MS = 5
_PEAK = 0.14  # a sine of this peak is at -20 dBFS
_LOWEST_HZ = 220.0
_STEPS = 24  # two octaves in semitones

# Raise it whenever the beeps change: it stands where other voices have the hash of their model.
_VERSION = "tone 1"

_TONE = VoiceCard(
    name=TONE,
    engine=TONE,
    language="en-US",
    rate_hz=_RATE_HZ,
    licence="Apache-2.0",
    descends_from="nothing: sine waves, made by the program",
    is_verified=True,
)


class ToneEngine:
    """One beep for each word, as long as the word; it answers to `tone` and to the name of every real voice."""

    def __init__(self, *more_names: str) -> None:
        packaged = (voice.card.name for voice in PACKAGED_VOICES)
        self._names = frozenset((_TONE.name, *packaged, *more_names))

    @property
    def name(self) -> str:
        """Return `tone`."""
        return TONE

    def voices(self) -> tuple[VoiceCard, ...]:
        """Return the one voice that it has of its own."""
        return (_TONE,)

    def identify(self, voice: str, check: Callable[[], None] = go_on) -> VoiceIdentity:  # noqa: ARG002  it takes no time
        """Return the identity of the beeps under that name."""
        self._check_name(voice)
        return VoiceIdentity(
            engine=self.name, voice=voice, model_sha256=hashlib.sha256(_VERSION.encode()).hexdigest(), phonemiser="none"
        )

    def load(self, voice: str, identity: VoiceIdentity | None = None) -> None:
        """Check the name and the identity; there is nothing to load."""
        if identity not in {None, self.identify(voice)}:
            raise exchanged_voice(voice)

    def speak(self, request: SpeechRequest) -> Sound:
        """Return the beeps of one utterance: pitched by word and seed, 60 ms a character at most, at speed 1."""
        self.load(request.voice, request.identity)
        check_request(request)
        gap = silence(round(_MS_PER_CHARACTER / request.speed), _RATE_HZ)
        beeps = [part for word in request.text.split() for part in (_word(word, request), gap)]
        return Sound(np.concatenate(beeps[:-1]), _RATE_HZ)

    def unload(self) -> None:
        """Do nothing: nothing is held."""

    def _check_name(self, voice: str) -> None:
        if voice not in self._names:
            raise unknown_voice(voice, self.voices())


def _word(word: str, request: SpeechRequest) -> Samples:
    told_apart_by = f"{request.voice} {request.seed} {word}".encode()
    step = int.from_bytes(hashlib.sha256(told_apart_by).digest()[:4]) % _STEPS
    milliseconds = max(_SHORTEST_MS, len(word) * _MS_PER_CHARACTER / request.speed)
    return _beep(_LOWEST_HZ * 2 ** (step / 12), round(milliseconds * _RATE_HZ / 1000))


def _beep(pitch_hz: float, count: int) -> Samples:
    wave = _PEAK * np.sin(2 * np.pi * pitch_hz * np.arange(count) / _RATE_HZ)
    fade = np.minimum(1.0, np.arange(count) * 1000 / _FADE_MS / _RATE_HZ)
    return (wave * fade * fade[::-1]).astype(np.float32)
