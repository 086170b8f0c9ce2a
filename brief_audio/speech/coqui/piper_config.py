"""Write the Coqui configuration of a Piper voice, with sizes taken from the shapes in the graph."""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from TTS.config.shared_configs import BaseAudioConfig
from TTS.tts.configs.shared_configs import CharactersConfig
from TTS.tts.configs.vits_config import VitsArgs, VitsConfig

from brief_audio.domain.errors import VoiceUnavailableError
from brief_audio.speech.coqui.piper_graph import PiperNetwork

_PAD, _BOS, _EOS = "_", "^", "$"


@dataclass(frozen=True, slots=True)
class PiperVoice:
    """The parts of a Piper model's JSON that Coqui needs."""

    name: str
    rate_hz: int
    language: str  # espeak-ng's name for it
    ids: dict[str, int]  # phoneme to row of the embedding
    noise_scale: float
    noise_w: float
    length_scale: float

    @property
    def letters(self) -> str:
        """Return every phoneme and mark except pad, start and end."""
        return "".join(symbol for symbol in self.ids if symbol not in {_PAD, _BOS, _EOS})


def read_voice(path: Path) -> PiperVoice:
    """Return the voice described at `path`; raise `VoiceUnavailableError` if it can't be converted."""
    told = json.loads(path.read_text(encoding="utf-8"))
    ids = {symbol: rows[0] for symbol, rows in told["phoneme_id_map"].items()}
    is_plain = told["num_speakers"] == 1 and told.get("phoneme_type", "espeak") == "espeak"
    if not is_plain or any(len(symbol) != 1 for symbol in ids):
        raise VoiceUnavailableError(
            f"{path.name}: only single-speaker voices with plain espeak phonemes can be converted", permanent=True
        )
    return PiperVoice(
        name=told.get("dataset", path.stem),
        rate_hz=told["audio"]["sample_rate"],
        language=told["espeak"]["voice"],
        ids=ids,
        noise_scale=told["inference"]["noise_scale"],
        noise_w=told["inference"]["noise_w"],
        length_scale=told["inference"]["length_scale"],
    )


def coqui_config(voice: PiperVoice, network: PiperNetwork) -> VitsConfig:
    """Return the configuration with which Coqui builds the same network."""
    sizes = {**_encoder_sizes(network), **_decoder_sizes(network)}
    hop = math.prod(sizes["upsample_rates_decoder"])
    return VitsConfig(
        run_name=voice.name,
        audio=BaseAudioConfig(
            sample_rate=voice.rate_hz,
            hop_length=hop,
            win_length=4 * hop,
            fft_size=4 * hop,
            do_trim_silence=False,  # Coqui's default cuts the end of every sentence
        ),
        characters=_characters(voice),
        use_phonemes=True,
        phonemizer="espeak",
        phoneme_language=voice.language,
        text_cleaner=None,
        add_blank=True,
        enable_eos_bos_chars=True,
        test_sentences=[],
        model_args=VitsArgs(
            num_chars=4 + len(voice.letters),
            out_channels=2 * hop + 1,
            inference_noise_scale=voice.noise_scale,
            inference_noise_scale_dp=voice.noise_w,
            length_scale=voice.length_scale,
            num_layers_posterior_encoder=1,  # used only for training, stays random
            init_discriminator=False,
            **sizes,
        ),
    )


def _characters(voice: PiperVoice) -> CharactersConfig:
    """Return the characters in Coqui's fixed order: pad, end, start, blank, letters. Piper's pad is also its blank."""
    return CharactersConfig(
        characters_class="TTS.tts.utils.text.characters.IPAPhonemes",
        pad=_PAD,
        eos=_EOS,
        bos=_BOS,
        blank=_PAD,
        characters=voice.letters,
        punctuations="",
        is_unique=False,
        is_sorted=False,
    )


def _encoder_sizes(network: PiperNetwork) -> dict[str, Any]:
    hidden = network.shape("enc_p.emb")[1]
    feed_forward = network.shape("enc_p.encoder.ffn_layers.0.conv_1")
    head = network.weights["enc_p.encoder.attn_layers.0.emb_rel_k"].shape[2]
    return {
        "hidden_channels": hidden,
        "hidden_channels_ffn_text_encoder": feed_forward[0],
        "kernel_size_text_encoder": feed_forward[2],
        "num_heads_text_encoder": hidden // head,
        "num_layers_text_encoder": network.count(r"enc_p\.encoder\.attn_layers\.\d+"),
        "kernel_size_flow": network.shape("flow.flows.0.enc.in_layers.0")[2],
        "num_layers_flow": network.count(r"flow\.flows\.0\.enc\.in_layers\.\d+"),
        "use_sdp": "dp.flows.0.logs" in network.weights,
    }


def _decoder_sizes(network: PiperNetwork) -> dict[str, Any]:
    convolutions = network.convolutions
    stages = [convolutions[f"dec.ups.{stage}"] for stage in range(network.count(r"dec\.ups\.\d+"))]
    # Blocks with two rows of convolutions are HiFi-GAN's type 1, those with one row are type 2.
    has_two_rows = "dec.resblocks.0.convs1.0.weight" in network.weights
    row = "convs1" if has_two_rows else "convs"
    blocks = [f"dec.resblocks.{block}.{row}" for block in range(network.count(r"dec\.resblocks\.\d+\.") // len(stages))]
    layers = range(network.count(rf"dec\.resblocks\.0\.{row}\.\d+"))
    return {
        "resblock_type_decoder": "1" if has_two_rows else "2",
        "resblock_kernel_sizes_decoder": [network.shape(f"{block}.0")[2] for block in blocks],
        "resblock_dilation_sizes_decoder": [
            [convolutions[f"{block}.{layer}"]["dilations"][0] for layer in layers] for block in blocks
        ],
        "upsample_rates_decoder": [stage["strides"][0] for stage in stages],
        "upsample_kernel_sizes_decoder": [stage["kernel_shape"][0] for stage in stages],
        "upsample_initial_channel_decoder": network.shape("dec.conv_pre")[0],
    }
