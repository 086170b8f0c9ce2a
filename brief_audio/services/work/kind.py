"""What workers need to know about a kind of work."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from brief_audio.db.connection.engine import Database
from brief_audio.db.work import Claim, WorkTable
from brief_audio.domain.work import WorkRules
from brief_audio.services.operations.error_log import MetError
from brief_audio.services.work.attempt import Attempt
from brief_audio.speech.base import SpeechService
from brief_audio.storage.base import AudioStore


@dataclass(frozen=True, slots=True)
class WorkTools:
    """The services that work is done with."""

    db: Database
    store: AudioStore
    speech: SpeechService
    scratch: Path


@dataclass(frozen=True, slots=True)
class WorkKind:
    """One kind of work: its table, its limits, and how to do it.

    `do` carries out a claimed piece of work, saves its result with `work.finish` and returns a message for the log. An
    error that it raises ends the attempt: a `permanent` one fails the work, another requeues it. `StoppingError`,
    `WorkCancelledError` and `LeaseLostError` end the attempt without a result. `error_to_keep` returns what to record
    of an error for the Errors page, or None if only the person who made the request needs to see it.

    `places` has one entry for each piece of work that a worker does at once: the priority that work in this place must
    exceed in urgency, or None for any.
    """

    table: WorkTable
    rules: WorkRules
    places: tuple[int | None, ...]
    do: Callable[[WorkTools, Attempt], str]
    error_to_keep: Callable[[Claim, Exception], MetError | None]
