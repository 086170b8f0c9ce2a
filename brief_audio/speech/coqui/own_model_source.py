"""The operator's own model as an additional voice of the engine."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from brief_audio.domain.voice_names import COQUI
from brief_audio.speech.base import VoiceCard, VoiceIdentity, go_on
from brief_audio.speech.coqui.own_model_files import known_config, own_files, rate_hz
from brief_audio.speech.coqui.voice_loading import load_own
from brief_audio.speech.coqui.voice_sources import LoadedVoice
from brief_audio.speech.own_model import OwnModel
from brief_audio.speech.phonemes import phonemiser_version

_OWN_TERMS = "see the model's own terms"
_XTTS_TERMS = "CPML: non-commercial use only; see the model's own terms"
_SHORT = 16  # hexadecimal digits of a hash listed with others


@dataclass(frozen=True, slots=True)
class OwnModelSource:
    """A model from Coqui's list, or a checkpoint on disk."""

    model: OwnModel
    model_dir: Path

    @property
    def card(self) -> VoiceCard:
        """Return facts from the settings, the configuration and Coqui's list; 0 Hz before a download."""
        told = known_config(self.model, self.model_dir)
        return VoiceCard(
            name=self.model.voice_name,
            engine=COQUI,
            language=self.model.language or _language(told, self.model.name),
            rate_hz=rate_hz(told),
            licence=_licence(told, self.model.name),
            descends_from=f"not known: {self.model.origin}",
            is_verified=False,
        )

    def identify(self, check: Callable[[], None] = go_on) -> VoiceIdentity:
        """Return the identity: the checkpoint's hash, the phonemiser, and everything else that decides the sound."""
        files = own_files(self.model, self.model_dir, check)
        sums = files.sha256s()
        told = known_config(self.model, self.model_dir)
        is_espeak = told.get("use_phonemes") and told.get("phonemizer") in {None, "", "espeak"}
        maker = phonemiser_version() if is_espeak else f"coqui-tts {version('coqui-tts')}"
        rest = [f"{name} {sums[name][:_SHORT]}" for name in ("config", "vocoder", "vocoder_config") if name in sums]
        chosen = {"speaker": self.model.speaker, "language": self.model.language}
        rest += [f"{name} {value}" for name, value in chosen.items() if value]
        return VoiceIdentity(
            engine=COQUI,
            voice=self.model.voice_name,
            model_sha256=sums["checkpoint"],
            phonemiser=", ".join([maker, *rest]),
        )

    def load(self) -> LoadedVoice:
        """Return the loaded model."""
        return load_own(self.model, own_files(self.model, self.model_dir))


def _language(told: dict[str, Any], name: str | None) -> str:
    """Return the model's language as BCP 47, `und` if unknown."""
    of_name = name.split("/")[1] if name else ""
    given = str(told.get("phoneme_language") or ("" if of_name == "multilingual" else of_name))
    language, _, region = given.partition("-")
    return (f"{language}-{region.upper()}" if region else language) or "und"


def _licence(told: dict[str, Any], name: str | None) -> str:
    if told.get("model") == "xtts" or (name and "xtts" in name):
        return _XTTS_TERMS
    listed = _listed_licence(name) if name else ""
    return f"{_OWN_TERMS}; Coqui's list says {listed}" if listed else _OWN_TERMS


def _listed_licence(name: str) -> str:
    """Return the licence in Coqui's own list of models, read without importing Coqui."""
    spec = find_spec("TTS")
    if spec is None or not spec.submodule_search_locations:
        return ""
    kind, language, dataset, model = name.split("/")
    try:
        listed = json.loads((Path(spec.submodule_search_locations[0]) / ".models.json").read_text(encoding="utf-8"))
        return str(listed[kind][language][dataset][model].get("license", ""))
    except (OSError, ValueError, KeyError):
        return ""
