"""What every speech engine guarantees, and the only facts about speech that the rest of the product uses."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol

from brief_audio.domain.audio import Sound


@dataclass(frozen=True, slots=True)
class VoiceCard:
    """Facts about a voice: shown by `voices list`, stored in the `voice` table."""

    name: str
    engine: str
    language: str  # BCP 47
    rate_hz: int
    licence: str
    descends_from: str
    is_verified: bool  # whether the terms of everything it descends from have been read


@dataclass(frozen=True, slots=True)
class VoiceIdentity:
    """Everything besides the text that decides how a voice sounds; part of every narration key."""

    engine: str
    voice: str
    model_sha256: str
    phonemiser: str  # name and version


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """One utterance to speak: normalised `text`, `seed` within 0…2**63-1, `speed` 1.0 as trained.

    `identity` is that of the model to use, None for whichever is installed. Waiting requests are spoken by smallest
    `priority`, then by smallest `turn`, so that jobs finish one after another.
    """

    voice: str
    text: str
    seed: int
    speed: float = 1.0
    identity: VoiceIdentity | None = None
    priority: int = 0
    turn: int = 0


def go_on() -> None:
    """Do nothing: the `check` of a caller that never needs to stop."""


class SpeechEngine(Protocol):
    """Speak in a separate process, one utterance at a time.

    `tests/contract/test_speech_engines.py` tests what all engines must have in common.
    """

    @property
    def name(self) -> str:
        """Return the engine's name in `BRIEF_ENGINE`."""
        ...

    def voices(self) -> tuple[VoiceCard, ...]:
        """Return the voices it can speak with, without loading any."""
        ...

    def identify(self, voice: str, check: Callable[[], None] = go_on) -> VoiceIdentity:
        """Return the identity of a voice without loading it.

        If this takes long, `check` is called regularly; an error it raises ends the wait. Raise `NotFoundError` for an
        unknown name, and `VoiceUnavailableError` if the voice's files are missing or wrong.
        """
        ...

    def load(self, voice: str, identity: VoiceIdentity | None = None) -> None:
        """Load a voice once; other callers wait (120 s by default), then raise `VoiceUnavailableError`.

        After a failed load, a later call tries again. A loaded voice with a different `identity` is loaded again; raise
        `VoiceUnavailableError` if the files have a different one, too.
        """
        ...

    def speak(self, request: SpeechRequest) -> Sound:
        """Return the audio of one utterance, identical for identical requests; load the voice if needed (see `load`).

        Raise `BadSoundError`, `UnspeakableTextError` or `VoiceUnavailableError`.
        """
        ...

    def unload(self) -> None:
        """Free the memory of all voices; the next call loads again."""
        ...


class Voices(Protocol):
    """Identify voices: all that is needed to find out what would be spoken."""

    def identify(self, voice: str, check: Callable[[], None] = go_on) -> VoiceIdentity:
        """Return the identity of a voice, as `SpeechEngine.identify` does."""
        ...


class SpeechService(Protocol):
    """Speech as services use it: identities immediately, audio later, from a pool of child processes."""

    def voices(self) -> tuple[VoiceCard, ...]:
        """Return the available voices."""
        ...

    def identify(self, voice: str, check: Callable[[], None] = go_on) -> VoiceIdentity:
        """Return the identity of a voice, as `SpeechEngine.identify` does."""
        ...

    def submit(self, request: SpeechRequest) -> Future[Sound]:
        """Queue one try of one utterance; the future returns its audio or raises a `SpeechError`.

        A future that has not started can be cancelled.
        """
        ...

    def cancel_all(self, futures: Iterable[Future[Sound]]) -> None:
        """Cancel these futures; an utterance already being spoken is finished and its audio discarded."""
        ...

    def close(self) -> None:
        """End every child process and free their resources; safe to call twice."""
        ...
