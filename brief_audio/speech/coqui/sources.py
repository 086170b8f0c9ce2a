"""Where the engine's voices come from: each source names one voice, identifies it and loads it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from brief_audio.domain.audio import Sound
from brief_audio.domain.voice_names import COQUI
from brief_audio.speech.base import VoiceCard, VoiceIdentity, go_on
from brief_audio.speech.phonemes import phonemiser_version
from brief_audio.speech.voice_files import checked_config, checked_model
from brief_audio.speech.voices import PackagedVoice


class LoadedVoice(Protocol):
    """A voice in memory."""

    @property
    def language(self) -> str | None:
        """Return the language of its phonemes, as espeak-ng names it; None where it is given text."""
        ...

    def say(self, said: str, *, seed: int, speed: float) -> Sound:
        """Return the sound of those phonemes, or of that text."""
        ...


VoiceLoader = Callable[[PackagedVoice, Path, float], LoadedVoice]


class VoiceSource(Protocol):
    """One voice, not loaded."""

    @property
    def card(self) -> VoiceCard:
        """Return what is known of the voice; it never fails, whatever has become of the files."""
        ...

    def identify(self, check: Callable[[], None] = go_on) -> VoiceIdentity:
        """Return the voice's identity; raise `VoiceUnavailableError` where its files are missing or wrong.

        A wait for them asks `check` whether to go on.
        """
        ...

    def load(self) -> LoadedVoice:
        """Return the voice in memory; raise `VoiceUnavailableError`."""
        ...


@dataclass(frozen=True, slots=True)
class PackagedSource:
    """A voice of the catalogue; its converted form is kept in `model_dir`."""

    voice: PackagedVoice
    model_dir: Path
    wait_seconds: float
    loader: VoiceLoader

    @property
    def card(self) -> VoiceCard:
        """Return the catalogue's card."""
        return self.voice.card

    def identify(self, check: Callable[[], None] = go_on) -> VoiceIdentity:  # noqa: ARG002  it takes no time
        """Return the identity, once the files are found to be the ones we know."""
        checked_model(self.voice)
        checked_config(self.voice)
        return VoiceIdentity(
            engine=COQUI,
            voice=self.voice.card.name,
            model_sha256=self.voice.model_sha256,
            phonemiser=phonemiser_version(),
        )

    def load(self) -> LoadedVoice:
        """Return the voice, converted first where that has not been done."""
        return self.loader(self.voice, self.model_dir, self.wait_seconds)
