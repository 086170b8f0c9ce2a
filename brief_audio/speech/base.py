"""What every speech engine promises, and what the rest of the product may know of speech."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol

from brief_audio.domain.audio import Sound


@dataclass(frozen=True, slots=True)
class VoiceCard:
    """What is known of a voice: shown by `voices list`, kept in the `voice` table."""

    name: str
    engine: str
    language: str  # BCP 47
    rate_hz: int
    licence: str
    descends_from: str
    is_verified: bool  # whether the terms of everything it descends from were read


@dataclass(frozen=True, slots=True)
class VoiceIdentity:
    """What decides how a voice sounds, besides the text: part of every narration key."""

    engine: str
    voice: str
    model_sha256: str
    phonemiser: str  # name and version


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """One utterance to speak: `text` already normalised, `seed` within 0…2**63-1, `speed` 1.0 as trained.

    `identity` is that of the model which shall speak it, None for whichever is there. Of those that wait, the one with
    the smallest `priority` is spoken first, of equal ones that with the smallest `turn`: jobs end one after the other.
    """

    voice: str
    text: str
    seed: int
    speed: float = 1.0
    identity: VoiceIdentity | None = None
    priority: int = 0
    turn: int = 0


def go_on() -> None:
    """Raise nothing: the `check` of a caller who has no reason to stop."""


class SpeechEngine(Protocol):
    """Speaks in its own process, one utterance at a time.

    What every engine must do alike is tested in `tests/contract/test_speech_engines.py`.
    """

    @property
    def name(self) -> str:
        """Return the name that `BRIEF_ENGINE` knows it by."""
        ...

    def voices(self) -> tuple[VoiceCard, ...]:
        """Return the voices that it can speak with, without loading any."""
        ...

    def identify(self, voice: str, check: Callable[[], None] = go_on) -> VoiceIdentity:
        """Return the identity of a voice without loading it.

        Where that takes long, `check` is called now and then; what it raises ends the wait.
        Raise `NotFoundError` for an unknown name, `VoiceUnavailableError` where its files are missing or wrong.
        """
        ...

    def load(self, voice: str, identity: VoiceIdentity | None = None) -> None:
        """Load a voice once; other callers wait (120 s by default), then raise `VoiceUnavailableError`.

        A failed load clears the flag, so that a later call tries again. What is loaded with another identity than the
        one asked for is loaded anew; raise `VoiceUnavailableError` where the files have another one, too.
        """
        ...

    def speak(self, request: SpeechRequest) -> Sound:
        """Return the sound of one utterance, the same for the same request; loads the voice on need, as `load` does.

        Raise `BadSoundError`, `UnspeakableTextError` or `VoiceUnavailableError`.
        """
        ...

    def unload(self) -> None:
        """Free the memory of every voice; the next call loads again."""
        ...


class Voices(Protocol):
    """Tells voices apart; whoever only asks what would be spoken needs no more."""

    def identify(self, voice: str, check: Callable[[], None] = go_on) -> VoiceIdentity:
        """Return the identity of a voice, as `SpeechEngine.identify` does."""
        ...


class SpeechService(Protocol):
    """Speech as the services see it: identity at once, sound later, from a pool of child processes."""

    def voices(self) -> tuple[VoiceCard, ...]:
        """Return the voices that can be asked for."""
        ...

    def identify(self, voice: str, check: Callable[[], None] = go_on) -> VoiceIdentity:
        """Return the identity of a voice, as `SpeechEngine.identify` does."""
        ...

    def submit(self, request: SpeechRequest) -> Future[Sound]:
        """Queue one try of one utterance; the future holds its sound or raises a `SpeechError`.

        A future that has not started can be cancelled.
        """
        ...

    def cancel_all(self, futures: Iterable[Future[Sound]]) -> None:
        """Cancel those futures; an utterance already being spoken is let finish and its sound dropped."""
        ...

    def close(self) -> None:
        """End every child process and free what they held; safe to call twice."""
        ...
