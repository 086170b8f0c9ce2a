"""A VITS network in memory: phonemes in, the model's own samples out, identical for the same seed."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from TTS.config import load_config
from TTS.tts.configs.vits_config import VitsConfig
from TTS.tts.models.vits import Vits
from TTS.tts.utils.text.characters import IPAPhonemes
from TTS.utils.generic_utils import get_import_path

from brief_audio.domain.audio import Samples, Sound
from brief_audio.domain.errors import VoiceUnavailableError
from brief_audio.speech.coqui.windowed_decoder import WindowedDecoder, reach_in_frames

MODEL_FILE = "model.pth"
CONFIG_FILE = "config.json"

# The memory for attention grows with the square of a run's length; this is 25 s of audio.
_LONGEST_RUN = 400
_RUN = re.compile(rf".{{1,{_LONGEST_RUN}}}[,.;:!?](?=\s|$)|.{{1,{_LONGEST_RUN}}}(?=\s|$)|.{{1,{_LONGEST_RUN}}}")
_NAMED_SPEAKERS = 8  # in a message


class VitsVoice:
    """One loaded voice. Call `say` from one thread at a time: it seeds torch's only generator."""

    def __init__(self, checkpoint: Path, description: Path, *, speaker: str | None = None) -> None:
        """Load a checkpoint and its configuration; raise `VoiceUnavailableError` if they can't be used."""
        torch.set_num_threads(1)  # more threads sum in a different order, giving other samples for the same seed
        config = load_config(description)
        assert isinstance(config, VitsConfig)
        self.language = espeak_language(config)
        self._network = build_network(config)
        fill_network(self._network, checkpoint)
        self._inputs = {"speaker_ids": _speaker_id(self._network, speaker)}
        self._network.eval()
        _decode_in_windows(self._network)
        self._length_scale: float = config.model_args.length_scale
        self._rate_hz: int = config.audio.sample_rate
        characters = self._network.tokenizer.characters
        self._letters = frozenset(f"{characters.characters}{characters.punctuations}")

    def say(self, said: str, *, seed: int, speed: float) -> Sound:
        """Return the network's samples for phonemes, or for text if `language` is None.

        Nothing is added or trimmed: Coqui's own `TTS.tts` would append 10,000 zeros. Very long input is spoken in
        several runs, one after another.
        """
        known = said if self.language is None else "".join(symbol for symbol in said if symbol in self._letters)
        self._network.length_scale = self._length_scale / speed
        torch.manual_seed(seed)
        runs = [self._samples(run) for run in _RUN.findall(known)]
        return Sound(np.concatenate(runs) if runs else np.zeros(0, dtype=np.float32), self._rate_hz)

    def _samples(self, run: str) -> Samples:
        ids = self._network.tokenizer.text_to_ids(run.strip())
        made: torch.Tensor = self._network.inference(torch.tensor([ids]), aux_input=self._inputs)["model_outputs"]
        return made.reshape(-1).numpy()


@dataclass(frozen=True, slots=True)
class _Frames:
    """The audio settings needed to build a network."""

    sample_rate: int
    hop_length: int


def espeak_language(config: Any) -> str | None:
    """Return the language for which espeak-ng makes a model's phonemes, None if the model takes text."""
    is_espeak = config.use_phonemes and config.phonemizer in {None, "", "espeak"}
    return str(config.phoneme_language) if is_espeak else None


def build_network(config: VitsConfig) -> Vits:
    """Return Coqui's network, with random weights, set up to take espeak's phonemes directly; this changes `config`.

    With `use_phonemes`, Coqui would look for an espeak-ng program. With its own type of `audio`, it would prepare for
    training with librosa, which compiles code and fails for a user without a home folder.
    """
    if espeak_language(config) is not None:
        config.use_phonemes = False
        config.text_cleaner = None  # it would change the phonemes
        if config.characters is None or not config.characters.characters_class:  # otherwise chosen by `use_phonemes`
            characters, config = IPAPhonemes.init_from_config(config)
            config.characters.characters_class = get_import_path(characters)
    config.model_args.init_discriminator = False  # used only for training
    config.audio = _Frames(config.audio.sample_rate, config.audio.hop_length)
    return Vits(config)


def fill_network(network: Vits, checkpoint: Path) -> None:
    """Load the weights of a checkpoint into the network, without running any code in the file.

    Raise `ValueError` if the file contains something else.
    """
    kept = torch.load(checkpoint, map_location="cpu", weights_only=True)
    if not isinstance(kept, dict) or "model" not in kept:
        raise ValueError("the file is not a Coqui checkpoint: 'model' is missing")
    missing = network.load_state_dict(kept["model"], strict=False).missing_keys  # extra weights are for training
    if missing:
        raise ValueError(f"the checkpoint lacks {', '.join(missing[:3])}{' …' if len(missing) > 3 else ''}")  # noqa: PLR2004


def _speaker_id(network: Vits, speaker: str | None) -> torch.Tensor | None:
    if network.args.use_d_vector_file or network.args.use_language_embedding:
        raise VoiceUnavailableError(
            "multilingual VITS models and models with a speaker vector file are not supported", permanent=True
        )
    ids: dict[str, int] = network.speaker_manager.name_to_id if network.speaker_manager else {}
    if speaker is None and len(ids) <= 1:
        return torch.tensor([*ids.values()]) if ids else None
    if not ids:
        raise VoiceUnavailableError("the model has only one speaker: unset BRIEF_COQUI_SPEAKER", permanent=True)
    if speaker not in ids:
        names = ", ".join([*ids][:_NAMED_SPEAKERS])
        more = f" and {len(ids) - _NAMED_SPEAKERS} more" if len(ids) > _NAMED_SPEAKERS else ""
        raise VoiceUnavailableError(
            f"the model has {len(ids)} speakers ({names}{more}); set BRIEF_COQUI_SPEAKER to one of them", permanent=True
        )
    return torch.tensor([ids[speaker]])


def _decode_in_windows(network: Vits) -> None:
    reach = reach_in_frames(network.args)
    if reach is not None:
        hop = int(np.prod(network.args.upsample_rates_decoder))
        network.waveform_decoder = WindowedDecoder(network.waveform_decoder, reach=reach, hop=hop)
