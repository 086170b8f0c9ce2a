"""Beeps in place of speech: fast and always the same, for tests and for pages made without a voice."""

import hashlib
from collections.abc import Callable

from brief_audio.domain.audio import Sound
from brief_audio.domain.voice_names import TONE
from brief_audio.speech.base import SpeechRequest, VoiceCard, VoiceIdentity, go_on
from brief_audio.speech.packaged_voices import PACKAGED_VOICES, exchanged_voice, unknown_voice
from brief_audio.speech.request_limits import check_request

_RATE_HZ = 22050

# Increase this whenever the beeps change: it takes the place of a model's hash.
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
    """One beep per word, as long as the word; accepts the name `tone` and the name of every real voice."""

    def __init__(self, *more_names: str) -> None:
        packaged = (voice.card.name for voice in PACKAGED_VOICES)
        self._names = frozenset((_TONE.name, *packaged, *more_names))

    @property
    def name(self) -> str:
        """Return `tone`."""
        return TONE

    def voices(self) -> tuple[VoiceCard, ...]:
        """Return the engine's own voice."""
        return (_TONE,)

    def identify(self, voice: str, check: Callable[[], None] = go_on) -> VoiceIdentity:  # noqa: ARG002  it takes no time
        """Return the identity of the beeps for that name."""
        self._check_name(voice)
        return VoiceIdentity(
            engine=self.name, voice=voice, model_sha256=hashlib.sha256(_VERSION.encode()).hexdigest(), phonemiser="none"
        )

    def load(self, voice: str, identity: VoiceIdentity | None = None) -> None:
        """Check the name and the identity; there is nothing to load."""
        if identity not in {None, self.identify(voice)}:
            raise exchanged_voice(voice)

    def speak(self, request: SpeechRequest) -> Sound:
        """Return the beeps of one utterance: pitched by word and seed, at most 60 ms per character at speed 1."""
        from brief_audio.speech.beeps import beeps  # noqa: PLC0415  imports NumPy, which only speaking needs

        self.load(request.voice, request.identity)
        check_request(request)
        return Sound(beeps(request, _RATE_HZ), _RATE_HZ)

    def unload(self) -> None:
        """Do nothing: there is nothing to free."""

    def _check_name(self, voice: str) -> None:
        if voice not in self._names:
            raise unknown_voice(voice, self.voices())
