"""A loaded voice, together with the identity of the files it was loaded from."""

import gc
from dataclasses import dataclass

from brief_audio.speech.base import VoiceIdentity
from brief_audio.speech.coqui.voice_sources import LoadedVoice, VoiceSource
from brief_audio.speech.load_once import LoadOnce
from brief_audio.speech.packaged_voices import exchanged_voice


@dataclass(frozen=True, slots=True)
class _Held:
    voice: LoadedVoice
    identity: VoiceIdentity


class LoadedVoiceHolder:
    """Load a source once, and again if a different model is requested than the one in memory."""

    def __init__(self, source: VoiceSource, *, wait_seconds: float) -> None:
        self._source = source
        self._name = source.card.name
        self._once = LoadOnce(self._load, what=f"the voice {self._name!r}", wait_seconds=wait_seconds)

    def get(self, identity: VoiceIdentity | None = None) -> LoadedVoice:
        """Return the voice, loading it if needed; with an `identity`, return the voice of exactly that model.

        A voice in memory stays valid when its files are replaced, and is dropped only to load the requested one. Raise
        `VoiceUnavailableError` if the files now have a different identity.
        """
        if identity is not None:
            self._make_way(identity)
        held = self._once.get()
        if identity not in {None, held.identity}:
            raise exchanged_voice(self._name)
        return held.voice

    def clear(self) -> None:
        """Unload the voice; the next call loads it again."""
        self._once.clear()

    def _make_way(self, identity: VoiceIdentity) -> None:
        """Unload a voice with another identity before loading the right one: memory may not suffice for two."""
        held = self._once.made()
        if held is not None and held.identity == identity:
            return
        if self._source.identify() != identity:
            raise exchanged_voice(self._name)
        if held is not None:
            self._once.discard(held)
            del held
            gc.collect()

    def _load(self) -> _Held:
        """Load between two checks of the files, so that the identity matches what was read."""
        identity = self._source.identify()
        voice = self._source.load()
        if self._source.identify() != identity:
            raise exchanged_voice(self._name)
        return _Held(voice, identity)
