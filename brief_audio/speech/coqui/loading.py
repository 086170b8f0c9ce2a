"""Brings voices into memory: packaged ones, converted on first use, and a model of the operator's own."""

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from brief_audio.domain.errors import VoiceUnavailableError
from brief_audio.speech.coqui import stand_in
from brief_audio.speech.coqui.made_folder import made_folder
from brief_audio.speech.coqui.own_files import ModelFiles
from brief_audio.speech.coqui.sources import LoadedVoice
from brief_audio.speech.own_model import OwnModel
from brief_audio.speech.voice_files import checked_config, checked_model
from brief_audio.speech.voices import PackagedVoice

# Raise it whenever the conversion writes other files: voices are then converted again.
_CONVERSION_VERSION = 1


def load_voice(voice: PackagedVoice, model_dir: Path, wait_seconds: float) -> LoadedVoice:
    """Return the voice, converted into a folder of `model_dir` unless another process has done so.

    Raise `VoiceUnavailableError`: permanent where packages are missing or their files are wrong.
    """
    model, description = checked_model(voice), checked_config(voice)
    with _coqui_imported():
        from brief_audio.speech.coqui.vits import CONFIG_FILE, MODEL_FILE, VitsVoice  # noqa: PLC0415  torch is slow

        recipe = f"{voice.model_sha256} by conversion {_CONVERSION_VERSION} for coqui-tts {version('coqui-tts')}"

    def convert(target: Path) -> None:
        from brief_audio.speech.coqui import conversion  # noqa: PLC0415  a voice that is converted needs no onnx

        conversion.convert(model, description, target)

    with _failures_told(voice.card.name):
        folder = made_folder(model_dir / voice.card.name, recipe=recipe, make=convert, wait_seconds=wait_seconds)
        return VitsVoice(folder / MODEL_FILE, folder / CONFIG_FILE)


def load_own(model: OwnModel, files: ModelFiles) -> LoadedVoice:
    """Return the operator's own model as a voice.

    Raise `VoiceUnavailableError`: permanent where the files hold something other than a model that can speak.
    """
    with _coqui_imported():
        from brief_audio.speech.coqui.other_voice import OtherVoice  # noqa: PLC0415
        from brief_audio.speech.coqui.vits import VitsVoice  # noqa: PLC0415

    with _failures_told(model.voice_name, f" from {files.checkpoint}"):
        if files.kind == "vits":
            return VitsVoice(files.checkpoint, files.config, speaker=model.speaker)
        return OtherVoice(files, speaker=model.speaker, language=model.language)


@contextmanager
def _coqui_imported() -> Iterator[None]:
    stand_in.install()
    try:
        yield
    except (ImportError, PackageNotFoundError, OSError) as error:
        raise VoiceUnavailableError(
            f"Coqui cannot be imported ({type(error).__name__}: {error}); install the requirements again",
            permanent=True,
        ) from error


@contextmanager
def _failures_told(voice: str, where: str = "") -> Iterator[None]:
    """Turn what Coqui and torch raise over files into a sentence; a lack of memory or disk may pass."""
    try:
        yield
    except (RuntimeError, OSError) as error:
        raise VoiceUnavailableError(f"the voice {voice!r} cannot be loaded{where}: {_first_words(error)}") from error
    except (ImportError, ValueError, LookupError, TypeError, AttributeError, EOFError, pickle.UnpicklingError) as error:
        raise VoiceUnavailableError(
            f"the voice {voice!r} cannot be loaded{where}: {type(error).__name__}: {_first_words(error)}",
            permanent=True,
        ) from error


def _first_words(error: Exception) -> str:
    """Return the first two lines as one: of torch's errors the second one has the reason."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines[:2]) or "no reason is given"
