"""Sources of the engine's voices: each source describes, identifies and loads one voice."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from brief_audio.domain.audio import Sound
from brief_audio.domain.voice_names import COQUI
from brief_audio.speech.base import VoiceCard, VoiceIdentity, go_on
from brief_audio.speech.packaged_voice_files import checked_config, checked_model
from brief_audio.speech.packaged_voices import PackagedVoice
from brief_audio.speech.phonemes import phonemiser_version


class LoadedVoice(Protocol):
    """A voice in memory."""

    @property
    def language(self) -> str | None:
        """Return espeak-ng's name for the language of its phonemes, None if it takes text."""
        ...

    def say(self, said: str, *, seed: int, speed: float) -> Sound:
        """Return the audio of these phonemes or this text."""
        ...


VoiceLoader = Callable[[PackagedVoice, Path, float], LoadedVoice]


class VoiceSource(Protocol):
    """One voice that is not loaded."""

    @property
    def card(self) -> VoiceCard:
        """Return the known facts about the voice; this never fails, even if the files are missing."""
        ...

    def identify(self, check: Callable[[], None] = go_on) -> VoiceIdentity:
        """Return the voice's identity; raise `VoiceUnavailableError` if its files are missing or wrong.

        While waiting for them, call `check`, which can raise an error to stop.
        """
        ...

    def load(self) -> LoadedVoice:
        """Return the loaded voice; raise `VoiceUnavailableError` if it can't be loaded."""
        ...


@dataclass(frozen=True, slots=True)
class PackagedSource:
    """A voice in the catalogue; its converted form is stored in `model_dir`."""

    voice: PackagedVoice
    model_dir: Path
    wait_seconds: float
    loader: VoiceLoader

    @property
    def card(self) -> VoiceCard:
        """Return the catalogue's card."""
        return self.voice.card

    def identify(self, check: Callable[[], None] = go_on) -> VoiceIdentity:  # noqa: ARG002  it takes no time
        """Return the identity after checking that the files are the known ones."""
        checked_model(self.voice)
        checked_config(self.voice)
        return VoiceIdentity(
            engine=COQUI,
            voice=self.voice.card.name,
            model_sha256=self.voice.model_sha256,
            phonemiser=phonemiser_version(),
        )

    def load(self) -> LoadedVoice:
        """Return the loaded voice, converting it first if needed."""
        return self.loader(self.voice, self.model_dir, self.wait_seconds)
