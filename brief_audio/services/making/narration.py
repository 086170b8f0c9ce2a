"""Narrate the items of a job: reuse stored narrations and speak the rest, in order and in parallel."""

import logging
import queue
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from pathlib import Path

from brief_audio.domain.audio import Sound
from brief_audio.domain.errors import (
    BadSoundError,
    MasteringError,
    ObjectExistsError,
    ObjectMissingError,
    SpeechError,
    VoiceUnavailableError,
)
from brief_audio.domain.jobs import UTTERANCE_TRIES, NarrationState, speaking_progress
from brief_audio.domain.narration_key import utterance_seed
from brief_audio.domain.object_names import narration_name
from brief_audio.domain.work import storable
from brief_audio.mastering.narration_file import write_narration
from brief_audio.services.making.job_snapshot import PreparedItem
from brief_audio.services.making.stored_narrations import checked_shape, fetch
from brief_audio.services.work.attempt import Attempt
from brief_audio.services.work.kind import WorkTools
from brief_audio.speech.base import SpeechRequest

logger = logging.getLogger(__name__)

CHECK_EVERY_SECONDS = 0.25
LOOK_AHEAD_UTTERANCES = 12  # keeps every speech child busy from one item to the next


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    """The result of one item's narration."""

    position: int
    state: NarrationState
    narration_key: str | None = None
    duration_ms: int | None = None
    tries: int = 0
    error: str | None = None


@dataclass(slots=True)
class _Speaking:
    """An item in progress: its sounds so far and the tries of each utterance."""

    item: PreparedItem
    sounds: dict[int, Sound] = field(default_factory=dict)
    tries: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    futures: set[Future[Sound]] = field(default_factory=set)

    @property
    def total(self) -> int:
        assert self.item.script is not None
        return len(self.item.script.utterances)


@dataclass(frozen=True, slots=True)
class _Said:
    """One finished try of one utterance."""

    position: int
    number: int
    future: Future[Sound]


class Narrator:
    """Narrate the items of one attempt into `folder`, which the caller removes.

    `record` is called when an item begins and when it ends.
    """

    def __init__(
        self,
        attempt: Attempt,
        studio: WorkTools,
        folder: Path,
        *,
        speed: float,
        record: Callable[[ItemOutcome], None],
    ) -> None:
        self._attempt = attempt
        self._speech = studio.speech
        self._store = studio.store
        self._folder = folder
        self._speed = speed
        self._record = record
        self._ended: queue.SimpleQueue[_Said] = queue.SimpleQueue()
        self._speaking: dict[int, _Speaking] = {}
        self._outcomes: dict[int, ItemOutcome] = {}
        self._done = 0
        self._has_one_voice = True
        self._total = 0

    def narrate(self, items: Sequence[PreparedItem]) -> list[ItemOutcome]:
        """Return every item's outcome, in order. An item that cannot be spoken is `failed`; the others continue.

        Raise `VoiceUnavailableError` if the only voice cannot be loaded, and the errors of `Attempt.check`.
        """
        self._has_one_voice = len({one.item.voice for one in items}) == 1
        self._total = sum(len(one.script.utterances) for one in items if one.script)
        try:
            waiting = deque(items)
            while waiting or self._speaking:
                if waiting and self._outstanding() < LOOK_AHEAD_UTTERANCES:
                    self._begin(waiting.popleft())
                else:
                    self._take_one()
        finally:
            self._speech.cancel_all(future for one in self._speaking.values() for future in one.futures)
        return [self._outcomes[item.item.position] for item in items]

    def narration_file(self, position: int) -> Path:
        """Return the path of an item's narration."""
        return self._folder / f"{position:05d}.flac"

    def _outstanding(self) -> int:
        return sum(len(speaking.futures) for speaking in self._speaking.values())

    def _begin(self, item: PreparedItem) -> None:
        self._attempt.check()
        if item.script is None or item.key is None:
            self._end(item, NarrationState.FAILED, error=str(item.error))
        elif not self._reuse(item, item.key):
            speaking = self._speaking[item.item.position] = _Speaking(item)
            self._record(ItemOutcome(item.item.position, NarrationState.SPEAKING, item.key))
            for number in range(speaking.total):
                self._submit(speaking, number)

    def _reuse(self, item: PreparedItem, key: str) -> bool:
        """Reuse the stored narration with that key and return whether there is one; delete a damaged one."""
        path = self.narration_file(item.item.position)
        try:
            fetch(self._store, key, path)
            shape = checked_shape(path)
        except ObjectMissingError:
            return False
        except MasteringError as error:
            logger.warning("the stored narration %s is damaged and will be re-recorded: %s", key, error)
            self._store.delete(narration_name(key))
            return False
        self._done += len(shape.lengths)
        self._attempt.progress(speaking_progress(self._done, self._total))
        state = NarrationState.SPOKEN if item.item.spoken_key == key else NarrationState.REUSED
        self._end(item, state, duration_ms=shape.duration_ms)
        return True

    def _submit(self, speaking: _Speaking, number: int) -> None:
        script, key, position = speaking.item.script, speaking.item.key, speaking.item.item.position
        assert script is not None
        assert key is not None
        speaking.tries[number] += 1
        request = SpeechRequest(
            voice=speaking.item.item.voice,
            text=script.utterances[number].spoken,
            seed=utterance_seed(key, number),
            speed=self._speed,
            identity=speaking.item.identity,
            priority=self._attempt.priority,
            turn=self._attempt.turn,  # so that simultaneous jobs finish one after another, not all at the end
        )
        future = self._speech.submit(request)
        speaking.futures.add(future)
        future.add_done_callback(lambda ended: self._ended.put(_Said(position, number, ended)))

    def _take_one(self) -> None:
        """Wait for the next utterance to end, checking regularly whether to continue."""
        self._attempt.check_cancel()
        try:
            said = self._ended.get(timeout=CHECK_EVERY_SECONDS)
        except queue.Empty:
            return
        speaking = self._speaking.get(said.position)
        if speaking is None:
            return  # a late utterance of an item that has already failed
        speaking.futures.discard(said.future)
        try:
            speaking.sounds[said.number] = said.future.result()
        except CancelledError:
            return
        except VoiceUnavailableError as error:
            if self._has_one_voice:
                raise  # no other item could be spoken either, so the job fails with this reason
            self._fail(speaking, said.number, error)
            return
        except SpeechError as error:
            self._try_again(speaking, said.number, error)
            return
        self._done += 1
        self._attempt.progress(speaking_progress(self._done, self._total))
        if len(speaking.sounds) == speaking.total:
            self._complete(speaking)

    def _try_again(self, speaking: _Speaking, number: int, error: SpeechError) -> None:
        if not error.permanent and speaking.tries[number] < UTTERANCE_TRIES:
            self._submit(speaking, number)
        else:
            self._fail(speaking, number, error)

    def _fail(self, speaking: _Speaking, number: int, error: SpeechError) -> None:
        script = speaking.item.script
        assert script is not None
        where = f"“{_excerpt(script.utterances[number].written)}”"
        del self._speaking[speaking.item.item.position]
        self._speech.cancel_all(speaking.futures)
        self._done += speaking.total - len(speaking.sounds)
        tries = speaking.tries[number]
        self._end(
            speaking.item,
            NarrationState.FAILED,
            tries=tries,
            error=f"{error} (at {where}, tried {tries} {'time' if tries == 1 else 'times'})",
        )
        self._attempt.progress(speaking_progress(self._done, self._total))

    def _complete(self, speaking: _Speaking) -> None:
        """Store the narration of an item under its key, or use the one that another job has stored meanwhile.

        An item fails if its sounds cannot be joined, such as sounds with different sample rates.
        """
        key = speaking.item.key
        assert key is not None
        path = self.narration_file(speaking.item.item.position)
        sounds = tuple(speaking.sounds[number] for number in range(speaking.total))
        duration_ms = _duration_ms(sounds)
        try:
            write_narration(path, sounds)
        except BadSoundError as error:
            self._fail(speaking, 0, error)
            return
        try:
            self._store.put(narration_name(key), path, "audio/flac")
        except ObjectExistsError:
            fetch(self._store, key, path)
            duration_ms = checked_shape(path).duration_ms
        del self._speaking[speaking.item.item.position]
        tries = max(speaking.tries.values())
        self._end(speaking.item, NarrationState.SPOKEN, tries=tries, duration_ms=duration_ms)

    def _end(
        self,
        item: PreparedItem,
        state: NarrationState,
        *,
        duration_ms: int | None = None,
        tries: int = 0,
        error: str | None = None,
    ) -> None:
        outcome = ItemOutcome(
            item.item.position, state, item.key, duration_ms, tries, storable(error) if error else None
        )
        self._outcomes[item.item.position] = outcome
        self._record(outcome)


def _duration_ms(sounds: Sequence[Sound]) -> int:
    return round(sum(sound.duration_seconds for sound in sounds) * 1000)


def _excerpt(written: str, length: int = 60) -> str:
    return written if len(written) <= length else written[: length - 1] + "…"
