"""Any model that Coqui's own `Synthesizer` can use: networks other than VITS, with or without a vocoder."""

import random
from typing import Any

import numpy as np
import torch
from TTS.tts.utils.text.phonemizers import PHONEMIZERS, get_default_phonemizer
from TTS.tts.utils.text.phonemizers.base import BasePhonemizer
from TTS.utils.synthesizer import PAD_SILENCE_SAMPLES, Synthesizer

from brief_audio.domain.audio import Sound
from brief_audio.domain.errors import SpeechError, VoiceUnavailableError
from brief_audio.speech.coqui.own_model_files import ModelFiles
from brief_audio.speech.phonemes import phonemise, phonemiser_version

_NUMPY_SEEDS = 2**32


class SynthesizerVoice:
    """One loaded model. Call `say` from one thread at a time: it seeds global random generators."""

    language = None  # the model takes text; if it needs espeak, it gets ours

    def __init__(self, files: ModelFiles, *, speaker: str | None, language: str | None) -> None:
        """Load the model; raise `VoiceUnavailableError` if it needs a speaker or language that is not set."""
        torch.set_num_threads(1)  # as for every voice: the same samples on any number of cores
        _offer_our_espeak()
        self._synthesizer = Synthesizer(
            tts_checkpoint=files.checkpoint,
            tts_config_path=files.config,
            vocoder_checkpoint=files.vocoder,
            vocoder_config=files.vocoder_config,
        )
        self._synthesizer.tts_config.audio["do_trim_silence"] = False  # it would cut the end of every sentence
        self._model: Any = self._synthesizer.tts_model
        self._length_scale: float | None = getattr(self._model, "length_scale", None)
        self._speaker = _checked_speaker(self._model, speaker)
        self._language = _checked_language(self._model, language)

    def say(self, said: str, *, seed: int, speed: float) -> Sound:
        """Return the audio of the text, without the zeros that Coqui appends.

        Raise `SpeechError` for a speed other than 1 if the network's speed can't be changed.
        """
        if self._length_scale is not None:
            self._model.length_scale = self._length_scale / speed
        elif speed != 1:
            raise SpeechError("this model's speed can't be changed: set the speed to 1", permanent=True)
        torch.manual_seed(seed)
        np.random.seed(seed % _NUMPY_SEEDS)  # noqa: NPY002  the generator that Coqui uses
        random.seed(seed)
        made = self._synthesizer.tts(
            said, speaker_name=self._speaker, language_name=self._language, split_sentences=False
        )
        samples = np.asarray(made[:-PAD_SILENCE_SAMPLES], dtype=np.float32)
        return Sound(samples, int(self._synthesizer.output_sample_rate))


class _Espeak(BasePhonemizer):  # type: ignore[misc]  # Coqui has no type annotations
    """Coqui's phonemizer `espeak`, using the library from our wheel instead of a program on the PATH."""

    @staticmethod
    def name() -> str:
        return "espeak"

    @classmethod
    def is_available(cls) -> bool:
        return True

    def version(self) -> str:
        return phonemiser_version()

    @staticmethod
    def supported_languages() -> dict[str, str]:
        return {}

    def is_supported_language(self, language: str) -> bool:  # noqa: ARG002  the library itself checks it
        return True

    def phonemize(self, text: str, separator: str = "", language: str | None = None) -> str:  # noqa: ARG002
        return phonemise(text, self.language)

    def _phonemize(self, text: str, separator: str) -> str:
        return self.phonemize(text, separator)


def _offer_our_espeak() -> None:
    get_default_phonemizer("be")  # makes Coqui fill its registry, which happens only once
    PHONEMIZERS[_Espeak.name()] = _Espeak


def _checked_speaker(model: Any, speaker: str | None) -> str | None:
    names = list(model.speaker_manager.speaker_names) if getattr(model, "speaker_manager", None) else []
    if (speaker is None and len(names) <= 1) or speaker in names:
        return speaker
    raise VoiceUnavailableError(
        f"the model has {len(names)} speakers ({', '.join(names[:8]) or 'none by name'}…);"
        " set BRIEF_COQUI_SPEAKER to one of them",
        permanent=True,
    )


def _checked_language(model: Any, language: str | None) -> str | None:
    names = list(model.language_manager.language_names)
    if len(names) <= 1:
        return None
    wanted = (language or "en").split("-")[0].lower()
    if wanted in names:
        return wanted
    raise VoiceUnavailableError(
        f"the model speaks {', '.join(names)}; set BRIEF_COQUI_LANGUAGE to one of them", permanent=True
    )
