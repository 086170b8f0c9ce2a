"""The Coqui engine: which voices it has, and one utterance at a time with the voice loaded once."""

import ctypes
import gc
import threading
from functools import partial
from pathlib import Path

from brief_audio.domain.audio import Sound, check_spoken
from brief_audio.domain.errors import UnspeakableTextError
from brief_audio.speech.base import SpeechRequest, VoiceCard, VoiceIdentity
from brief_audio.speech.coqui.loading import LoadedVoice, VoiceLoader, load_voice
from brief_audio.speech.limits import check_request
from brief_audio.speech.once import Once
from brief_audio.speech.phonemes import phonemise, phonemiser_version
from brief_audio.speech.voice_files import checked_config, checked_model
from brief_audio.speech.voices import PACKAGED_VOICES, PackagedVoice, unknown_voice


class CoquiEngine:
    """Speaks with Coqui's VITS; torch is imported when the first voice is loaded, and not before.

    Converted voices are kept in `model_dir`. Any number of threads may call it.
    """

    def __init__(
        self,
        model_dir: Path,
        load_timeout_seconds: float = 120.0,
        *,
        voices: tuple[PackagedVoice, ...] = PACKAGED_VOICES,
        loader: VoiceLoader = load_voice,
    ) -> None:
        self._voices = {voice.card.name: voice for voice in voices}
        self._speaking = threading.Lock()
        self._loaded: dict[str, Once[LoadedVoice]] = {
            name: Once(
                partial(loader, voice, model_dir, load_timeout_seconds),
                what=f"the voice {name!r}",
                wait_seconds=load_timeout_seconds,
            )
            for name, voice in self._voices.items()
        }

    @property
    def name(self) -> str:
        """Return `coqui`."""
        return "coqui"

    def voices(self) -> tuple[VoiceCard, ...]:
        """Return the voices of the catalogue, whether or not their packages are installed."""
        return tuple(voice.card for voice in self._voices.values())

    def identify(self, voice: str) -> VoiceIdentity:
        """Return the voice's identity, once its files are found to be the ones we know."""
        packaged = self._find(voice)
        checked_model(packaged)
        checked_config(packaged)
        return VoiceIdentity(
            engine=self.name, voice=voice, model_sha256=packaged.model_sha256, phonemiser=phonemiser_version()
        )

    def load(self, voice: str) -> None:
        """Load the voice unless it is loaded; wait, within the limit, where another thread is doing so."""
        self._find(voice)
        self._loaded[voice].get()

    def speak(self, request: SpeechRequest) -> Sound:
        """Return the sound of one utterance, bit by bit the same for the same request on the same machine."""
        self._find(request.voice)
        check_request(request)
        voice = self._loaded[request.voice].get()
        phonemes = phonemise(request.text, voice.language)
        if not any(symbol.isalpha() for symbol in phonemes):
            raise UnspeakableTextError(f"espeak-ng has no sounds for {request.text!r}")
        with self._speaking:
            sound = voice.say(phonemes, seed=request.seed, speed=request.speed)
        check_spoken(sound, request.text)
        return sound

    def unload(self) -> None:
        """Forget every voice and hand its memory back, once the utterance being spoken is finished."""
        with self._speaking:
            for once in self._loaded.values():
                once.clear()
            gc.collect()
            _return_free_memory()

    def _find(self, voice: str) -> PackagedVoice:
        if voice not in self._voices:
            raise unknown_voice(voice, self.voices())
        return self._voices[voice]


def _return_free_memory() -> None:
    """Have glibc give what was freed back to the system; other C libraries do so by themselves or not at all."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
