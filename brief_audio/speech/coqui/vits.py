"""A VITS network in memory: phonemes in, the model's own samples out, the same for the same seed."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from TTS.tts.configs.vits_config import VitsConfig
from TTS.tts.models.vits import Vits

from brief_audio.domain.audio import Samples, Sound

MODEL_FILE = "model.pth"
CONFIG_FILE = "config.json"

# Memory grows with the square of a run: 400 phonemes (25 s of sound) peak at 1.2 GB, 5,000 at 14 GB.
_LONGEST_RUN = 400
_RUN = re.compile(rf".{{1,{_LONGEST_RUN}}}[,.;:!?](?=\s|$)|.{{1,{_LONGEST_RUN}}}(?=\s|$)|.{{1,{_LONGEST_RUN}}}")


class VitsVoice:
    """One loaded voice. Call `say` from one thread at a time: it seeds torch's only generator."""

    def __init__(self, folder: Path) -> None:
        torch.set_num_threads(1)  # more threads add numbers in another order: other samples for the same seed
        config = VitsConfig()
        config.load_json(str(folder / CONFIG_FILE))
        self._network = build_network(config)
        weights = torch.load(folder / MODEL_FILE, map_location="cpu", weights_only=True)
        self._network.load_state_dict(weights["model"])
        self._network.eval()
        self._length_scale: float = config.model_args.length_scale
        self._rate_hz: int = config.audio.sample_rate
        self._letters = frozenset(config.characters.characters)
        self.language: str = config.phoneme_language

    def say(self, phonemes: str, *, seed: int, speed: float) -> Sound:
        """Return the samples that the network makes, nothing added and nothing trimmed.

        Coqui's own `TTS.tts` would append 10,000 zeros. What is very long is said in runs, one after the other.
        """
        known = "".join(symbol for symbol in phonemes if symbol in self._letters)
        self._network.length_scale = self._length_scale / speed
        torch.manual_seed(seed)
        runs = [self._samples(run) for run in _RUN.findall(known)]
        return Sound(np.concatenate(runs), self._rate_hz)

    def _samples(self, phonemes: str) -> Samples:
        ids = self._network.tokenizer.text_to_ids(phonemes.strip())
        made: torch.Tensor = self._network.inference(torch.tensor([ids]))["model_outputs"]
        return made.reshape(-1).numpy()


@dataclass(frozen=True, slots=True)
class _Frames:
    """All that building a network needs to know of sound."""

    sample_rate: int
    hop_length: int


def build_network(config: VitsConfig) -> Vits:
    """Return Coqui's network, its weights still random, that takes phonemes as they are; `config` is changed.

    Under `use_phonemes` Coqui would look for an espeak-ng program to make them with. Given its own kind of `audio` it
    would prepare for training, by way of librosa, which compiles and fails for a user without a home folder.
    """
    config.use_phonemes = False
    config.audio = _Frames(config.audio.sample_rate, config.audio.hop_length)
    return Vits(config)
