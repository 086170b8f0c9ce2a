"""Load voices: packaged ones, which are converted on first use, and the operator's own model."""

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from brief_audio.domain.errors import VoiceUnavailableError
from brief_audio.speech.coqui import torchaudio_stand_in
from brief_audio.speech.coqui.cached_folder import cached_folder
from brief_audio.speech.coqui.own_model_files import ModelFiles
from brief_audio.speech.coqui.voice_sources import LoadedVoice
from brief_audio.speech.own_model import OwnModel
from brief_audio.speech.packaged_voice_files import checked_config, checked_model
from brief_audio.speech.packaged_voices import PackagedVoice

# Increase this whenever the conversion writes different files: voices are then converted again.
_CONVERSION_VERSION = 1


def load_voice(voice: PackagedVoice, model_dir: Path, wait_seconds: float) -> LoadedVoice:
    """Return the voice, converting it into a folder in `model_dir` unless that was done before.

    Raise `VoiceUnavailableError`, permanent if packages are missing or their files are wrong.
    """
    model, description = checked_model(voice), checked_config(voice)
    with _coqui_imported():
        from brief_audio.speech.coqui.vits_voice import CONFIG_FILE, MODEL_FILE, VitsVoice  # noqa: PLC0415  torch is slow to import

        recipe = f"{voice.model_sha256} by conversion {_CONVERSION_VERSION} for coqui-tts {version('coqui-tts')}"

    def convert(target: Path) -> None:
        from brief_audio.speech.coqui import piper_conversion  # noqa: PLC0415  converted voices don't need onnx

        piper_conversion.convert(model, description, target)

    with _failures_told(voice.card.name):
        folder = cached_folder(model_dir / voice.card.name, recipe=recipe, make=convert, wait_seconds=wait_seconds)
        return VitsVoice(folder / MODEL_FILE, folder / CONFIG_FILE)


def load_own(model: OwnModel, files: ModelFiles) -> LoadedVoice:
    """Return the operator's own model as a voice.

    Raise `VoiceUnavailableError`, permanent if the files don't contain a model that can speak.
    """
    with _coqui_imported():
        from brief_audio.speech.coqui.synthesizer_voice import SynthesizerVoice  # noqa: PLC0415
        from brief_audio.speech.coqui.vits_voice import VitsVoice  # noqa: PLC0415

    with _failures_told(model.voice_name, f" from {files.checkpoint}"):
        if files.kind == "vits":
            return VitsVoice(files.checkpoint, files.config, speaker=model.speaker)
        return SynthesizerVoice(files, speaker=model.speaker, language=model.language)


@contextmanager
def _coqui_imported() -> Iterator[None]:
    torchaudio_stand_in.install_stand_ins()
    try:
        yield
    except (ImportError, PackageNotFoundError, OSError) as error:
        raise VoiceUnavailableError(
            f"cannot import Coqui ({type(error).__name__}: {error}); reinstall the requirements",
            permanent=True,
        ) from error


@contextmanager
def _failures_told(voice: str, where: str = "") -> Iterator[None]:
    """Turn errors of Coqui and torch about files into one of ours; lack of memory or disk space is temporary."""
    try:
        yield
    except (RuntimeError, OSError) as error:
        raise VoiceUnavailableError(f"cannot load the voice {voice!r}{where}: {_first_words(error)}") from error
    except (ImportError, ValueError, LookupError, TypeError, AttributeError, EOFError, pickle.UnpicklingError) as error:
        raise VoiceUnavailableError(
            f"cannot load the voice {voice!r}{where}: {type(error).__name__}: {_first_words(error)}",
            permanent=True,
        ) from error


def _first_words(error: Exception) -> str:
    """Return the first two lines as one: the second line of a torch error has the reason."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines[:2]) or "no reason given"
