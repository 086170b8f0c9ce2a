"""Convert a Piper voice into a checkpoint that Coqui can load.

Both programs build the same network, so the weights only need new names. The ONNX file lacks the parts used only for
training; Coqui requires them, so they stay seeded random numbers. The voice can speak but can't be trained.
"""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from TTS.tts.models.vits import Vits

from brief_audio.domain.errors import VoiceUnavailableError
from brief_audio.speech.coqui.piper_config import coqui_config, read_voice
from brief_audio.speech.coqui.piper_graph import Weights, read_network
from brief_audio.speech.coqui.vits_voice import CONFIG_FILE, MODEL_FILE, build_network

# Coqui's names for the modules. Piper numbers the flips between its flows; Coqui does not.
_COQUI_NAMES: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"^enc_p\.", "text_encoder."),
    (r"^dec\.", "waveform_decoder."),
    (r"^flow\.flows\.(\d+)", lambda match: f"flow.flows.{int(match[1]) // 2}"),
    (r"^dp\.flows\.0\.m$", "duration_predictor.flows.0.translation"),
    (r"^dp\.flows\.0\.logs$", "duration_predictor.flows.0.log_scale"),
    (r"^dp\.flows\.(\d+)", lambda match: f"duration_predictor.flows.{(int(match[1]) + 1) // 2}"),
    (r"^dp\.", "duration_predictor."),
)
# Parameters that speaking never uses: run backwards, the duration predictor skips its first spline.
_TRAINING_ONLY = re.compile(r"^(posterior_encoder\.|duration_predictor\.(post_|flows\.1\.))")


def convert(model: Path, description: Path, folder: Path) -> None:
    """Write `model.pth` and `config.json` to `folder`, byte for byte the same every time.

    Raise `VoiceUnavailableError` if Coqui doesn't build such a network.
    """
    voice = read_voice(description)
    piper = read_network(model)
    config = coqui_config(voice, piper)
    config.save_json(str(folder / CONFIG_FILE))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)  # for the parts that stay random
        network = build_network(config)
    rows = [voice.ids[symbol] for symbol in network.tokenizer.characters.vocab]
    piper.weights["enc_p.emb.weight"] = piper.weights["enc_p.emb.weight"][rows]
    _fill(network, piper.weights)
    torch.save({"model": network.state_dict()}, folder / MODEL_FILE)


def _fill(network: Vits, weights: Weights) -> None:
    filled = {name for piper_name, value in weights.items() for name in _put(network, _coqui_name(piper_name), value)}
    parameters = (name for name, _ in network.named_parameters())
    missing = [name for name in parameters if name not in filled and not _TRAINING_ONLY.match(name)]
    if missing:
        raise VoiceUnavailableError(f"the voice's file lacks {', '.join(missing)}", permanent=True)


def _coqui_name(piper_name: str) -> str:
    for pattern, replacement in _COQUI_NAMES:
        name, count = re.subn(pattern, replacement, piper_name)
        if count:
            return name
    return piper_name


def _put(network: Vits, name: str, value: np.ndarray) -> set[str]:
    """Set one weight; return the names of the parameters it filled."""
    path, leaf = name.rsplit(".", 1)
    module = network.get_submodule(path)
    parameter = getattr(module, leaf)
    if parameter.shape != value.shape:
        raise VoiceUnavailableError(f"{name}: {value.shape} does not fit {tuple(parameter.shape)}", permanent=True)
    tensor = torch.from_numpy(value.copy())
    if torch.nn.utils.parametrize.is_parametrized(module, leaf):
        setattr(module, leaf, tensor)  # torch splits it into direction and length
        return {f"{path}.parametrizations.{leaf}.original{half}" for half in (0, 1)}
    parameter.data.copy_(tensor)
    return {name}
