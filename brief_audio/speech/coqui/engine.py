"""The Coqui engine: its voices, and one utterance at a time with a voice that is loaded once."""

import ctypes
import gc
import threading
from collections.abc import Callable
from pathlib import Path

from brief_audio.domain.audio import Sound, check_spoken
from brief_audio.domain.errors import UnspeakableTextError
from brief_audio.domain.voice_names import COQUI
from brief_audio.speech.base import SpeechRequest, VoiceCard, VoiceIdentity, go_on
from brief_audio.speech.coqui.loaded_voice import LoadedVoiceHolder
from brief_audio.speech.coqui.own_model_source import OwnModelSource
from brief_audio.speech.coqui.voice_loading import load_voice
from brief_audio.speech.coqui.voice_sources import PackagedSource, VoiceLoader, VoiceSource
from brief_audio.speech.own_model import OwnModel
from brief_audio.speech.packaged_voices import PACKAGED_VOICES, PackagedVoice, unknown_voice
from brief_audio.speech.phonemes import phonemise
from brief_audio.speech.request_limits import check_request


class CoquiEngine:
    """Speak with Coqui's models; torch is not imported before the first voice is loaded.

    Converted and downloaded models are stored in `model_dir`. Safe to use from any number of threads.
    """

    def __init__(
        self,
        model_dir: Path,
        load_timeout_seconds: float = 120.0,
        *,
        own: OwnModel | None = None,
        voices: tuple[PackagedVoice, ...] = PACKAGED_VOICES,
        loader: VoiceLoader = load_voice,
    ) -> None:
        sources: list[VoiceSource] = [
            PackagedSource(voice, model_dir, load_timeout_seconds, loader) for voice in voices
        ]
        if own is not None:
            sources.append(OwnModelSource(own, model_dir))
        self._sources = {source.card.name: source for source in sources}
        self._speaking = threading.Lock()
        self._loaded = {
            name: LoadedVoiceHolder(source, wait_seconds=load_timeout_seconds) for name, source in self._sources.items()
        }

    @property
    def name(self) -> str:
        """Return `coqui`."""
        return COQUI

    def voices(self) -> tuple[VoiceCard, ...]:
        """Return the voices in the catalogue and the settings, whether or not their files exist."""
        return tuple(source.card for source in self._sources.values())

    def identify(self, voice: str, check: Callable[[], None] = go_on) -> VoiceIdentity:
        """Return the voice's identity after checking that its files are the right ones.

        A model that still needs to be downloaded is downloaded now, which takes minutes, unless `check` raises an
        error.
        """
        return self._find(voice).identify(check)

    def load(self, voice: str, identity: VoiceIdentity | None = None) -> None:
        """Load the voice if it isn't loaded; if another thread is loading it, wait up to the time limit."""
        self._find(voice)
        self._loaded[voice].get(identity)

    def speak(self, request: SpeechRequest) -> Sound:
        """Return the audio of one utterance, identical to the bit for the same request on the same machine."""
        self._find(request.voice)
        check_request(request)
        voice = self._loaded[request.voice].get(request.identity)
        said = request.text if voice.language is None else phonemise(request.text, voice.language)
        if not any(symbol.isalpha() for symbol in said) and voice.language is not None:
            raise UnspeakableTextError(f"espeak-ng has no sounds for {request.text!r}")
        with self._speaking:
            sound = voice.say(said, seed=request.seed, speed=request.speed)
        check_spoken(sound, request.text, speed=request.speed)
        return sound

    def unload(self) -> None:
        """Unload every voice and return its memory, once the utterance being spoken has finished."""
        with self._speaking:
            for held in self._loaded.values():
                held.clear()
            gc.collect()
            _return_free_memory()

    def _find(self, voice: str) -> VoiceSource:
        if voice not in self._sources:
            raise unknown_voice(voice, self.voices())
        return self._sources[voice]


def _return_free_memory() -> None:
    """Make glibc return freed memory to the system; other C libraries do this by themselves or not at all."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
