"""Brings a packaged voice into memory: converts it on first use, then loads the converted files."""

import pickle
from collections.abc import Callable
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Protocol

from brief_audio.domain.audio import Sound
from brief_audio.domain.errors import VoiceUnavailableError
from brief_audio.speech.coqui import stand_in
from brief_audio.speech.coqui.made_folder import made_folder
from brief_audio.speech.voice_files import checked_config, checked_model
from brief_audio.speech.voices import PackagedVoice

# Raise it whenever the conversion writes other files: voices are then converted again.
_CONVERSION_VERSION = 1


class LoadedVoice(Protocol):
    """A voice in memory."""

    @property
    def language(self) -> str:
        """Return the language of its phonemes, as espeak-ng names it."""
        ...

    def say(self, phonemes: str, *, seed: int, speed: float) -> Sound:
        """Return the sound of those phonemes."""
        ...


VoiceLoader = Callable[[PackagedVoice, Path, float], LoadedVoice]


def load_voice(voice: PackagedVoice, model_dir: Path, wait_seconds: float) -> LoadedVoice:
    """Return the voice, converted into a folder of `model_dir` unless another process has done so.

    Raise `VoiceUnavailableError`: permanent where packages are missing or their files are wrong.
    """
    model, description = checked_model(voice), checked_config(voice)
    stand_in.install()
    try:
        from brief_audio.speech.coqui.conversion import convert  # noqa: PLC0415  torch takes seconds to import
        from brief_audio.speech.coqui.vits import VitsVoice  # noqa: PLC0415

        recipe = f"{voice.model_sha256} by conversion {_CONVERSION_VERSION} for coqui-tts {version('coqui-tts')}"
    except (ImportError, PackageNotFoundError, OSError) as error:
        raise VoiceUnavailableError(
            f"Coqui cannot be imported ({type(error).__name__}: {error}); install the requirements again",
            permanent=True,
        ) from error
    try:
        folder = made_folder(
            model_dir / voice.card.name,
            recipe=recipe,
            make=partial(convert, model, description),
            wait_seconds=wait_seconds,
        )
        return VitsVoice(folder)
    except (RuntimeError, OSError, ValueError, KeyError, pickle.UnpicklingError) as error:
        raise VoiceUnavailableError(f"the voice {voice.card.name!r} cannot be loaded: {error}") from error
