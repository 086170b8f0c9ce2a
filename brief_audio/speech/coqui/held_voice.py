"""A voice in memory, together with the identity of the files that it was made of."""

import gc
from dataclasses import dataclass

from brief_audio.speech.base import VoiceIdentity
from brief_audio.speech.coqui.sources import LoadedVoice, VoiceSource
from brief_audio.speech.once import Once
from brief_audio.speech.voices import exchanged_voice


@dataclass(frozen=True, slots=True)
class _Held:
    voice: LoadedVoice
    identity: VoiceIdentity


class HeldVoice:
    """Loads a source once, and once more where another model is asked for than the one in memory."""

    def __init__(self, source: VoiceSource, *, wait_seconds: float) -> None:
        self._source = source
        self._name = source.card.name
        self._once = Once(self._load, what=f"the voice {self._name!r}", wait_seconds=wait_seconds)

    def get(self, identity: VoiceIdentity | None = None) -> LoadedVoice:
        """Return the voice, loaded where it is not; with an `identity`, the voice of that very model.

        What is in memory stays good after its files were exchanged, and is only given up for what was asked for.
        Raise `VoiceUnavailableError` where the files have another identity by now.
        """
        if identity is not None:
            self._make_way(identity)
        held = self._once.get()
        if identity not in {None, held.identity}:
            raise exchanged_voice(self._name)
        return held.voice

    def clear(self) -> None:
        """Forget the voice: the next call loads it again."""
        self._once.clear()

    def _make_way(self, identity: VoiceIdentity) -> None:
        """Forget a voice of another identity before the right one is loaded: there may be no memory for two."""
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
        """Load between two looks at the files, so that the identity is that of what was read."""
        identity = self._source.identify()
        voice = self._source.load()
        if self._source.identify() != identity:
            raise exchanged_voice(self._name)
        return _Held(voice, identity)
