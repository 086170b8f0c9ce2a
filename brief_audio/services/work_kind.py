"""What the workers must know of a kind of work to do it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from brief_audio.db.engine import Database
from brief_audio.db.work import Claim, WorkTable
from brief_audio.domain.work import WorkRules
from brief_audio.services.attempt import Attempt
from brief_audio.services.error_log import Met
from brief_audio.speech.base import SpeechService
from brief_audio.storage.base import AudioStore


@dataclass(frozen=True, slots=True)
class Studio:
    """What work is done with."""

    db: Database
    store: AudioStore
    speech: SpeechService
    scratch: Path


@dataclass(frozen=True, slots=True)
class WorkKind:
    """One kind of work: where its rows stand, within which limits it is done, and how.

    `do` does a claimed piece of work, writes its result with `work.finish` and returns what to log of it. It raises
    what ends the attempt: a `permanent` error fails the work, any other lets it be tried again later; `StoppingError`,
    `WorkCancelledError` and `LeaseLostError` end it without a result. `error_to_keep` says how an error is listed for
    people, None where it is only the answer to the person who asked.

    `places` has one entry for each piece of work that a worker does at once: the priority that the work in this place
    must be more urgent than, None for any.
    """

    table: WorkTable
    rules: WorkRules
    places: tuple[int | None, ...]
    do: Callable[[Studio, Attempt], str]
    error_to_keep: Callable[[Claim, Exception], Met | None]
