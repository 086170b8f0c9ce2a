"""Find the files of the operator's own model and read its configuration, without torch."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brief_audio.domain.errors import VoiceUnavailableError
from brief_audio.speech.base import go_on
from brief_audio.speech.coqui import downloaded_models
from brief_audio.speech.own_model import OwnModel
from brief_audio.speech.packaged_voice_files import file_sha256


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model's files, and the type of network named in its configuration."""

    checkpoint: Path
    config: Path
    kind: str
    vocoder: Path | None = None
    vocoder_config: Path | None = None

    def sha256s(self) -> dict[str, str]:
        """Return the hash of each file; raise `VoiceUnavailableError` if one can't be read."""
        named = {
            "checkpoint": self.checkpoint,
            "config": self.config,
            "vocoder": self.vocoder,
            "vocoder_config": self.vocoder_config,
        }
        return {name: _sha256(path) for name, path in named.items() if path is not None}


def own_files(model: OwnModel, model_dir: Path, check: Callable[[], None] = go_on) -> ModelFiles:
    """Return the model's files, downloading the model first if needed, unless `check` raises an error.

    Raise a `VoiceUnavailableError` that says which file is missing or isn't a configuration.
    """
    if model.name is not None:
        found = downloaded_models.fetched(model.name, model_dir, check)
        kind = _kind(described(found.config))
        return ModelFiles(found.checkpoint, found.config, kind, found.vocoder, found.vocoder_config)
    assert model.checkpoint is not None
    assert model.config is not None
    return ModelFiles(model.checkpoint, model.config, _kind(described(model.config)))


def known_config(model: OwnModel, model_dir: Path) -> dict[str, Any]:
    """Return the configuration if it is available, or an empty one if it is missing or can't be read."""
    try:
        if model.name is None:
            assert model.config is not None
            return described(model.config)
        found = downloaded_models.known(model.name, model_dir)
        return described(found.config) if found else {}
    except VoiceUnavailableError:
        return {}


def described(config: Path) -> dict[str, Any]:
    """Return a model's configuration; raise a permanent `VoiceUnavailableError` if it isn't one."""
    try:
        told = json.loads(config.read_text(encoding="utf-8"))
    except OSError as error:
        raise _unreadable(config, error) from error
    except ValueError as error:
        raise VoiceUnavailableError(f"{config} is not valid JSON: {error}", permanent=True) from error
    if not isinstance(told, dict) or not isinstance(told.get("audio"), dict):
        raise VoiceUnavailableError(f"{config} is not a Coqui model configuration: 'audio' is missing", permanent=True)
    return told


def rate_hz(told: dict[str, Any]) -> int:
    """Return the sample rate in a configuration, 0 if it has none."""
    audio = told.get("audio", {})
    rate = audio.get("output_sample_rate") or audio.get("sample_rate") or 0
    return rate if isinstance(rate, int) else 0


def _kind(told: dict[str, Any]) -> str:
    return str(told.get("model", "")).lower()


def _sha256(path: Path) -> str:
    try:
        return file_sha256(path)
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> VoiceUnavailableError:
    return VoiceUnavailableError(
        f"cannot read {path} ({error.strerror}); correct BRIEF_COQUI_CHECKPOINT and BRIEF_COQUI_CONFIG, or put the"
        " file there",
        permanent=True,
    )
