"""Beeps in the place of speech: quick and the same every time, for tests, and for pages made without a voice."""

import hashlib
from collections.abc import Callable

from brief_audio.domain.audio import Sound
from brief_audio.domain.voice_names import TONE
from brief_audio.speech.base import SpeechRequest, VoiceCard, VoiceIdentity, go_on
from brief_audio.speech.limits import check_request
from brief_audio.speech.voices import PACKAGED_VOICES, exchanged_voice, unknown_voice

_RATE_HZ = 22050

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
        from brief_audio.speech.beeps import beeps  # noqa: PLC0415  brings NumPy, which only speaking needs

        self.load(request.voice, request.identity)
        check_request(request)
        return Sound(beeps(request, _RATE_HZ), _RATE_HZ)

    def unload(self) -> None:
        """Do nothing: nothing is held."""

    def _check_name(self, voice: str) -> None:
        if voice not in self._names:
            raise unknown_voice(voice, self.voices())
